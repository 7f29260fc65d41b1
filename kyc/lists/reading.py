"""What staff read of lists: the lists, their entries, what waits to be confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import NotFound
from kyc.lists.models import Listed, ListEntry, ListProposal
from kyc.lists.policy import KnownList, ListsPolicy
from kyc.lists.states import EntryState, ProposalState
from storage.context import Context


@dataclass(frozen=True)
class ListSize:
    """A list, and how many of its entries are in force or proposed."""

    known: KnownList
    in_force: int
    proposed: int


@dataclass(frozen=True)
class WaitingChange:
    """A proposal with the entry that it is about."""

    proposal: ListProposal
    entry: ListEntry


def read_lists(context: Context) -> list[ListSize]:
    """Every list that is kept."""
    require(context, Permission.LIST_PROPOSE)
    counted = sa.select(ListEntry.list_code, ListEntry.state, sa.func.count()).group_by(
        ListEntry.list_code, ListEntry.state
    )
    counts = {(code, state): count for code, state, count in context.session.execute(counted)}
    found = [
        ListSize(
            known,
            counts.get((known.code, EntryState.IN_FORCE), 0),
            counts.get((known.code, EntryState.PROPOSED), 0),
        )
        for known in context.rules(ListsPolicy).known
    ]
    _note(context, "lists", len(found))
    return found


def read_entries(
    context: Context, list_code: str, before: UUID | None = None, find: str | None = None
) -> list[ListEntry]:
    """A page of a list, the newest first; those made before one. Raises `NotFound`.

    `find` is a number, code or phone: then the entries that name it, whole.
    """
    require(context, Permission.LIST_PROPOSE)
    rules = context.rules(ListsPolicy)
    if rules.list_of(list_code) is None:
        raise NotFound
    query = sa.select(ListEntry).where(ListEntry.list_code == list_code)
    if before is not None:
        query = query.where(ListEntry.id < before)
    if find is not None:
        query = query.where(_names(context, find))
    rows = context.session.scalars(query.order_by(ListEntry.id.desc()).limit(rules.page)).all()
    _note(context, list_code, len(rows))
    return list(rows)


def read_proposals(context: Context) -> list[WaitingChange]:
    """Proposals that wait for another person, the oldest first."""
    require(context, Permission.LIST_CONFIRM)
    waiting = (
        sa.select(ListProposal, ListEntry)
        .join(ListEntry, ListEntry.id == ListProposal.entry_id)
        .where(ListProposal.state == ProposalState.WAITING)
        .order_by(ListProposal.id)
        .limit(context.rules(ListsPolicy).page)
    )
    rows = [WaitingChange(*row) for row in context.session.execute(waiting)]
    _note(context, "proposals", len(rows))
    return rows


def _names(context: Context, text: str) -> sa.ColumnElement[bool]:
    """Whether an entry names a number, a code or a phone."""
    return sa.or_(
        *(
            sa.and_(
                ListEntry.kind == kind,
                ListEntry.value_blind == context.blind_index.of(kind.indexed, text),
            )
            for kind in Listed
        )
    )


def _note(context: Context, what: str, found: int) -> None:
    record(context, Action.LIST_READ, context.actor.id, what=what, found=found)
