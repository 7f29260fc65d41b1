"""Entries of lists: two people, validity, and what staff reads of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from access.authorisation import NotAllowed
from access.step_up import StepUpRequired
from app.services import Services
from audit.actions import Action
from core.actors import Actor, ActorKind, Role, staff
from core.errors import NotFound
from core.ids import new_id
from kyc.lists.entries import (
    DecideProposal,
    ListChangeWaiting,
    ListEntryOver,
    ListValueInvalid,
    ProposalDecided,
    ProposedByYourself,
    ProposeEntry,
    ProposeRemoval,
    decide_proposal,
    propose_entry,
    propose_removal,
)
from kyc.lists.matching import Named, effect_of, is_listed, matches
from kyc.lists.models import Listed, ListEntry, ListReason, RemovalReason
from kyc.lists.policy import Effect, ListsPolicy
from kyc.lists.reading import read_entries, read_lists, read_proposals
from kyc.lists.states import EntryState
from storage.blind_index import Indexed
from tests.support.clock import MovableClock
from tests.support.factories import stepped_up
from tests.support.log import events
from tests.support.policy import POLICY
from tests.support.watchlist import (
    COMPLIANCE,
    REVIEWER,
    SOURCE,
    decided,
    entered,
    proposed,
    removal_proposed,
)

NUMBER = "110101199003074477"
PHONE = "13812345678"
FIRM = "91110000600007272X"


def named(services: Services, number: str = NUMBER, phone: str = PHONE) -> Named:
    index = services.parts.blind_index
    return Named(
        number_blind=index.of(Indexed.IDENTITY_NUMBER, number),
        phone_blind=index.of(Indexed.PHONE, phone),
    )


def lists_of(services: Services) -> list[str]:
    """The lists that name the person of these tests today."""
    with services.reading() as context:
        return [one.list_code for one in matches(context, named(services))]


def test_an_entry_counts_once_another_person_confirms_it(services: Services) -> None:
    proposal = proposed(services, Listed.PERSON, NUMBER)
    assert lists_of(services) == []
    decided(services, proposal)
    assert lists_of(services) == ["court"]
    (asked,) = events(services, Action.LIST_CHANGE_PROPOSED)
    (answered,) = events(services, Action.LIST_CHANGE_DECIDED)
    assert (asked.actor_id, answered.actor_id) == (COMPLIANCE.id, REVIEWER.id)
    assert (asked.data["list"], asked.data["change"]) == ("court", "addition")
    assert answered.data["state"] == "confirmed"
    assert NUMBER not in str(asked.data)


def test_what_is_rejected_never_counts(services: Services) -> None:
    decided(services, proposed(services, Listed.PERSON, NUMBER), confirmed=False)
    assert lists_of(services) == []
    proposed(services, Listed.PERSON, NUMBER)  # and may be proposed again


def test_an_entry_goes_once_another_person_confirms_that(services: Services) -> None:
    entry = entered(services, Listed.PERSON, NUMBER)
    removal = removal_proposed(services, entry)
    assert lists_of(services) == ["court"]
    with pytest.raises(ListChangeWaiting):
        removal_proposed(services, entry)
    decided(services, removal, confirmed=False)
    assert lists_of(services) == ["court"]
    decided(services, removal_proposed(services, entry))
    assert lists_of(services) == []
    with pytest.raises(NotFound):
        removal_proposed(services, entry)


def test_nobody_confirms_what_they_proposed(services: Services) -> None:
    person = new_id()
    before, after = staff(person, Role.COMPLIANCE), staff(person, Role.REVIEWER)
    command = ProposeEntry("court", Listed.PERSON, NUMBER, SOURCE, ListReason.BAD_DEBT)
    with services.transaction(before) as context:
        proposal = propose_entry(context, command).id
    here = stepped_up(services, after)
    with services.transaction(after, here) as context, pytest.raises(ProposedByYourself):
        decide_proposal(context, DecideProposal(proposal, confirmed=True))
    assert lists_of(services) == []


def test_confirming_needs_the_second_factor_and_happens_once(services: Services) -> None:
    proposal = proposed(services, Listed.PERSON, NUMBER)
    with services.transaction(REVIEWER) as context, pytest.raises(StepUpRequired):
        decide_proposal(context, DecideProposal(proposal, confirmed=True))
    decided(services, proposal)
    with pytest.raises(ProposalDecided):
        decided(services, proposal, confirmed=False)
    with pytest.raises(NotFound):
        decided(services, new_id())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Listed.PERSON, "110101199003074478"),
        (Listed.PERSON, PHONE),
        (Listed.FIRM, "91110000600007272K"),
        (Listed.PHONE, "12345678901"),
        (Listed.PHONE, "138123456789"),
        (Listed.PHONE, ""),
    ],
)
def test_a_value_that_could_name_nobody_is_refused(
    services: Services, kind: Listed, value: str
) -> None:
    with pytest.raises(ListValueInvalid):
        proposed(services, kind, value)


def test_how_a_value_is_written_makes_no_difference(services: Services) -> None:
    entered(services, Listed.FIRM, " 91110000 600007272x ")
    blind = services.parts.blind_index.of(Indexed.CREDIT_CODE, FIRM)
    with services.reading() as context:
        assert [one.kind for one in matches(context, Named(code_blind=blind))] == [Listed.FIRM]


def test_the_same_stands_on_a_list_once(services: Services) -> None:
    proposal = proposed(services, Listed.PERSON, NUMBER)
    with pytest.raises(ListChangeWaiting):
        proposed(services, Listed.PERSON, NUMBER)
    decided(services, proposal)
    with pytest.raises(ListChangeWaiting):
        proposed(services, Listed.PERSON, NUMBER)
    entered(services, Listed.PERSON, NUMBER, "own")
    assert sorted(lists_of(services)) == ["court", "own"]


def test_an_entry_ends_after_its_last_day_in_china(services: Services, clock: MovableClock) -> None:
    with services.reading() as context:
        today = context.today()
    with pytest.raises(ListEntryOver):
        proposed(services, Listed.PERSON, NUMBER, until=today - timedelta(days=1))
    entered(services, Listed.PERSON, NUMBER, until=today)
    assert lists_of(services) == ["court"]
    clock.advance(timedelta(days=1))
    assert lists_of(services) == []
    entered(services, Listed.PERSON, NUMBER)  # the old one is over


def test_an_unknown_list_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound):
        proposed(services, Listed.PERSON, NUMBER, "friends")
    with services.transaction(COMPLIANCE) as context, pytest.raises(NotFound):
        read_entries(context, "friends")


def test_refusals_come_first_and_a_phone_refuses_nobody(services: Services) -> None:
    entered(services, Listed.PERSON, NUMBER, "court")
    entered(services, Listed.PHONE, PHONE, "fraud")
    entered(services, Listed.PERSON, NUMBER, "sanctions")
    with services.reading() as context:
        found = [(one.list_code, one.effect) for one in matches(context, named(services))]
        assert found == [
            ("sanctions", Effect.REFUSE),
            ("court", Effect.REVIEW),
            ("fraud", Effect.REVIEW),
        ]
        assert is_listed(context, named(services).number_blind, None)
        assert not is_listed(context, None, None)


def test_a_list_that_the_policy_forgot_has_a_person_look() -> None:
    rules = POLICY.section(ListsPolicy)
    assert effect_of(rules, "forgotten", Listed.PERSON) is Effect.REVIEW


def test_nobody_is_named_in_the_clear(services: Services) -> None:
    entered(services, Listed.PERSON, NUMBER)
    with services.reading() as context:
        (row,) = context.session.execute(sa.select(ListEntry.__table__)).all()
    assert NUMBER not in str(row)


def test_staff_reads_lists_entries_and_what_waits(services: Services) -> None:
    first = entered(services, Listed.PERSON, NUMBER)
    waiting = proposed(services, Listed.PHONE, PHONE)
    with services.transaction(COMPLIANCE) as context:
        sizes = {one.known.code: (one.in_force, one.proposed) for one in read_lists(context)}
        assert sizes["court"] == (1, 1)
        assert sizes["own"] == (0, 0)
        phone, person = read_entries(context, "court")
        assert (person.id, phone.state) == (first, EntryState.PROPOSED)
        assert read_entries(context, "court", before=phone.id) == [person]
        assert read_entries(context, "court", find=NUMBER) == [person]
        assert read_entries(context, "court", find=FIRM) == []
    with services.transaction(REVIEWER) as context:
        assert [one.proposal.id for one in read_proposals(context)] == [waiting]
    assert len(events(services, Action.LIST_READ)) == 6


@pytest.mark.parametrize(
    ("actor", "may_propose", "may_confirm"),
    [
        (COMPLIANCE, True, False),
        (REVIEWER, False, True),
        (staff(new_id(), Role.AGENT), False, False),
        (staff(new_id(), Role.ADMIN), False, False),
        (Actor(ActorKind.SYSTEM, "command:lin", Role.SYSTEM), True, False),
    ],
)
def test_who_proposes_and_who_confirms(
    services: Services, actor: Actor, may_propose: bool, may_confirm: bool
) -> None:
    proposal = proposed(services, Listed.PHONE, PHONE)
    command = ProposeEntry("own", Listed.PERSON, NUMBER, SOURCE, ListReason.OTHER, date.max)
    tried = []
    with services.transaction(actor) as context:
        for step in (
            lambda: propose_entry(context, command),
            lambda: propose_removal(context, ProposeRemoval(new_id(), RemovalReason.WRONG)),
            lambda: read_lists(context),
            lambda: read_proposals(context),
            lambda: decide_proposal(context, DecideProposal(proposal, confirmed=False)),
        ):
            try:
                step()
                tried.append(True)
            except NotAllowed:
                tried.append(False)
            except (NotFound, StepUpRequired):
                tried.append(True)
    assert tried == [may_propose] * 3 + [may_confirm] * 2
