"""Entries of lists: in force at once, or as staff makes them: one proposes, another confirms."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.services import Services
from core.actors import Role, staff
from core.ids import new_id
from kyc.lists.entries import (
    DecideProposal,
    ProposeEntry,
    ProposeRemoval,
    decide_proposal,
    propose_entry,
    propose_removal,
)
from kyc.lists.models import Listed, ListEntry, ListReason, RemovalReason
from kyc.lists.states import EntryState
from storage.blind_index import Indexed
from tests.support.factories import stepped_up

COMPLIANCE, REVIEWER = staff(new_id(), Role.COMPLIANCE), staff(new_id(), Role.REVIEWER)
KINDS = {kind.indexed: kind for kind in Listed}
SOURCE = "notice of a test"


def listed(services: Services, what: Indexed, value: str) -> None:
    """An entry in force: the people of the tests have numbers that could not be proposed."""
    with services.transaction() as context:
        entry = ListEntry(
            id=new_id(),
            list_code="sanctions",
            kind=KINDS[what],
            value_blind=context.blind_index.of(what, value),
            source=SOURCE,
            reason=ListReason.FRAUD,
            state=EntryState.IN_FORCE,
            made_at=context.now(),
        )
        context.session.add(entry)


def proposed(
    services: Services,
    kind: Listed,
    value: str,
    code: str = "court",
    until: date | None = None,
) -> UUID:
    """A proposal of compliance to list somebody."""
    command = ProposeEntry(code, kind, value, SOURCE, ListReason.JUDGEMENT_DEFAULT, until)
    with services.transaction(COMPLIANCE) as context:
        return propose_entry(context, command).id


def removal_proposed(services: Services, entry: UUID) -> UUID:
    """A proposal of compliance that an entry goes."""
    with services.transaction(COMPLIANCE) as context:
        return propose_removal(context, ProposeRemoval(entry, RemovalReason.SETTLED)).id


def decided(services: Services, proposal: UUID, *, confirmed: bool = True) -> UUID:
    """A reviewer decides on a proposal; returns the id of its entry."""
    with services.transaction(REVIEWER, stepped_up(services, REVIEWER)) as context:
        return decide_proposal(context, DecideProposal(proposal, confirmed)).entry_id


def entered(
    services: Services,
    kind: Listed,
    value: str,
    code: str = "court",
    until: date | None = None,
) -> UUID:
    """An entry that was proposed and confirmed; returns its id."""
    return decided(services, proposed(services, kind, value, code, until))


def named_entry(
    services: Services,
    name: str,
    born: date | None = None,
    number: str = "",
    code: str = "court",
    kind: Listed = Listed.NAME,
) -> UUID:
    """An entry of a name with what stands beside it, proposed and confirmed; returns its id."""
    command = ProposeEntry(
        code, kind, name, SOURCE, ListReason.JUDGEMENT_DEFAULT, born=born, number=number
    )
    with services.transaction(COMPLIANCE) as context:
        proposal = propose_entry(context, command).id
    return decided(services, proposal)
