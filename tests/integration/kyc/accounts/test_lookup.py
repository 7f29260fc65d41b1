"""Customer service finds accounts: a few at a time, masked, for a reason, and it is recorded."""

from __future__ import annotations

import pytest

from access.attempts import AttemptsUsed
from access.authorisation import NotAllowed
from access.models import Applicant
from app.services import Services
from audit.actions import Action
from core.actors import Actor, Role, staff
from core.ids import new_id
from kyc.accounts.lookup import (
    FoundAccounts,
    MaskedAccount,
    SearchAccounts,
    SearchTooWide,
    search_accounts,
)
from kyc.accounts.models import AccessReason
from kyc.onboarding.states import Decision
from kyc.policy import AccountsPolicy
from tests.support.clock import MovableClock
from tests.support.factories import PHONE, applicant, onboarded
from tests.support.findings import NUMBER, OWNER
from tests.support.log import events

AGENT = staff(new_id(), Role.AGENT)
CALL = AccessReason.CALL


def search(services: Services, command: SearchAccounts, agent: Actor = AGENT) -> FoundAccounts:
    with services.transaction(agent) as context:
        return search_accounts(context, command)


def found(services: Services, **values: str) -> list[MaskedAccount]:
    return list(search(services, SearchAccounts(**values, reason=CALL)).accounts)


def test_customer_service_sees_masked_values_and_is_seen(services: Services) -> None:
    owner = applicant(services)
    assert found(services, phone=PHONE) == [MaskedAccount(owner.id, "138****0001", None, None)]
    assert found(services, phone="13900000000") == []
    searches = events(services, Action.ACCOUNTS_SEARCHED)
    shown = {"applicant": str(owner.id), "onboarding": None}
    assert [event.data["persons"] for event in searches] == [[shown], []]
    assert {event.actor_id for event in searches} == {AGENT.id}
    assert [event.data["found"] for event in searches] == [1, 0]
    assert {(*event.data["by"], event.reason) for event in searches} == {("phone", "call")}
    assert not any(PHONE in str(event.data) for event in searches)


def test_an_account_is_found_by_what_its_documents_say(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    applicant(services, "13800000002")
    expected = MaskedAccount(owner.id, "138****0001", "林**", Decision.APPROVED)
    ways = (
        {"name": OWNER.name},
        {"credit_code": OWNER.code},
        {"number_end": NUMBER[-4:].lower()},
        {"phone_end": "0001"},
        {"name": OWNER.name, "phone_end": "0001"},
    )
    for way in ways:
        assert found(services, **way) == [expected], way
    assert found(services, name="林") == []


def test_all_that_is_given_must_fit(services: Services) -> None:
    onboarded(applicant(services))
    assert found(services, name=OWNER.name, phone_end="0002") == []
    assert found(services, phone=PHONE, number_end="0000") == []


def test_a_name_or_last_digits_hand_out_a_few_people_only(services: Services) -> None:
    most = services.parts.policy.section(AccountsPolicy).max_found
    for number in range(most + 1):
        applicant(services, f"139{number:04d}7777")
    answer = search(services, SearchAccounts(phone_end="7777", reason=CALL))
    assert (len(answer.accounts), answer.more) == (most, True)
    (event,) = events(services, Action.ACCOUNTS_SEARCHED)
    assert len(event.data["persons"]) == most
    narrowed = search(services, SearchAccounts(phone_end="7777", phone="13900017777", reason=CALL))
    assert (len(narrowed.accounts), narrowed.more) == (1, False)


def test_searches_are_limited_by_agent_and_hour(services: Services, clock: MovableClock) -> None:
    rule = services.parts.policy.section(AccountsPolicy).searches
    command = SearchAccounts(PHONE, reason=CALL)
    for _ in range(rule.max):
        search(services, command)
    with pytest.raises(AttemptsUsed) as used:
        search(services, command)
    assert 0 < used.value.retry_after_s <= rule.window_s
    search(services, command, staff(new_id(), Role.AGENT))
    clock.advance(seconds=rule.window_s)
    search(services, command)


@pytest.mark.parametrize(("phone", "name"), [(None, None), ("", "")])
def test_a_search_names_somebody(services: Services, phone: str | None, name: str | None) -> None:
    with pytest.raises(SearchTooWide):
        search(services, SearchAccounts(phone, name))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMPLIANCE, Role.ADMIN])
def test_other_staff_looks_nobody_up(services: Services, role: Role) -> None:
    asked = staff(new_id(), role)
    with services.transaction(asked) as context, pytest.raises(NotAllowed):
        search_accounts(context, SearchAccounts(PHONE))


def test_an_account_of_before_is_indexed_when_its_owner_signs_in(services: Services) -> None:
    owner = applicant(services)
    with services.transaction() as context:
        context.session.get_one(Applicant, owner.id).phone_end_blind = None
    assert found(services, phone_end=PHONE[-4:]) == []
    applicant(services)
    assert [one.id for one in found(services, phone_end=PHONE[-4:])] == [owner.id]
