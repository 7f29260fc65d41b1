"""Lists as the log tells of them: for `kaihu audit verify --state`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.models import AuditEvent
from audit.state import AT_ONCE, STATE, differs
from kyc.lists.models import Change, ListEntry, ListProposal
from kyc.lists.states import EntryState, ProposalState
from storage.context import Context

EARLIER = "earlier"  # entries of before there were proposals
_STATES = {
    (Change.ADDITION, ProposalState.WAITING): EntryState.PROPOSED,
    (Change.ADDITION, ProposalState.CONFIRMED): EntryState.IN_FORCE,
    (Change.ADDITION, ProposalState.REJECTED): EntryState.REJECTED,
    (Change.REMOVAL, ProposalState.CONFIRMED): EntryState.REMOVED,
}


@STATE.register
def compare_lists(context: Context) -> Iterator[str]:
    """Hold each entry to its proposals, and each decided proposal to the log."""
    last = UUID(int=0)
    while True:
        query = sa.select(ListEntry).where(ListEntry.id > last).order_by(ListEntry.id)
        entries = context.session.scalars(query.limit(AT_ONCE)).all()
        if not entries:
            return
        proposals = context.session.scalars(
            sa.select(ListProposal)
            .where(ListProposal.entry_id.in_([entry.id for entry in entries]))
            .order_by(ListProposal.id)
        ).all()
        yield from _proposals(context, proposals)
        states = {entry.id: _first_state(entry) for entry in entries}
        for proposal in proposals:
            moved = _STATES.get((proposal.change, proposal.state))
            states[proposal.entry_id] = moved or states[proposal.entry_id]
        for entry in entries:
            if entry.state is not states[entry.id]:
                yield f"list entry {entry.id}: its state is not that of its proposals"
        last = entries[-1].id


def _first_state(entry: ListEntry) -> EntryState | None:
    return EntryState.IN_FORCE if entry.list_code == EARLIER else None


def _proposals(context: Context, proposals: Sequence[ListProposal]) -> Iterator[str]:
    decided = {
        event.subject: event
        for event in context.session.scalars(
            sa.select(AuditEvent).where(
                AuditEvent.action == Action.LIST_CHANGE_DECIDED,
                AuditEvent.subject.in_([str(one.id) for one in proposals]),
            )
        )
    }
    for one in proposals:
        event = decided.get(str(one.id))
        if one.state is ProposalState.WAITING and event is None:
            continue
        said = {"state": one.state, "change": one.change, "entry": str(one.entry_id)}
        yield from differs(f"list proposal {one.id}", said, event)
