"""Customer service finds accounts: masked values, and every look is an event."""

from __future__ import annotations

import pytest

from access.authorisation import NotAllowed
from app.services import Services
from audit.actions import Action
from core.actors import Role, staff
from core.ids import new_id
from kyc.accounts.lookup import MaskedAccount, SearchAccounts, SearchTooWide, search_accounts
from kyc.onboarding.states import Decision
from tests.support.factories import PHONE, applicant, onboarded
from tests.support.findings import OWNER
from tests.support.log import events

AGENT = staff(new_id(), Role.AGENT)


def found(
    services: Services, phone: str | None = None, name: str | None = None
) -> list[MaskedAccount]:
    with services.transaction(AGENT) as context:
        return search_accounts(context, SearchAccounts(phone, name))


def test_customer_service_sees_masked_values_and_is_seen(services: Services) -> None:
    owner = applicant(services)
    assert found(services, PHONE) == [MaskedAccount(owner.id, "138****0001", None, None)]
    assert found(services, "13900000000") == []
    (viewed,) = events(services, Action.ACCOUNT_VIEWED)
    assert (viewed.subject, viewed.actor_id) == (str(owner.id), AGENT.id)
    searches = events(services, Action.ACCOUNTS_SEARCHED)
    assert [event.data["found"] for event in searches] == [1, 0]
    assert not any(PHONE in str(event.data) for event in searches)


def test_an_account_is_found_by_the_name_of_its_card(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    applicant(services, "13800000002")
    (account,) = found(services, name=OWNER.name)
    assert account == MaskedAccount(owner.id, "138****0001", "林**", Decision.APPROVED)
    assert found(services, name="林") == []


@pytest.mark.parametrize(("phone", "name"), [(None, None), ("", "")])
def test_a_search_names_somebody(services: Services, phone: str | None, name: str | None) -> None:
    with pytest.raises(SearchTooWide):
        found(services, phone, name)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMPLIANCE])
def test_other_staff_looks_nobody_up(services: Services, role: Role) -> None:
    asked = staff(new_id(), role)
    with services.transaction(asked) as context, pytest.raises(NotAllowed):
        search_accounts(context, SearchAccounts(PHONE))
