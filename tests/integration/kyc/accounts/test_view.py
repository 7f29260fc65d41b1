"""Customer service reads an account: masked until the caller is verified, each time an event."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from access.authorisation import NotAllowed
from access.models import Applicant as Account
from access.step_up import StepUpRequired
from app.services import Services
from audit.actions import Action
from core.actors import Actor, Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.origin import INSIDE, Origin
from core.reasons import Reason
from kyc.accounts.models import UNMASKING_NOTE, AccessReason, Unmasking
from kyc.accounts.unmask import UnmaskAccount, UnmaskedAccount, unmask_account
from kyc.accounts.view import AccountView, ViewAccount, view_account
from kyc.analysis.findings import VerificationFinding
from kyc.evidence.types import LICENCE
from kyc.onboarding.states import Decision
from kyc.policy import AccountsPolicy
from kyc.review.cases import CaseConflict, claim_case
from kyc.verification.states import VerificationPurpose, VerificationState
from kyc.verification.verify import (
    RequestVerification,
    SubmitRecording,
    request_verification,
    submit_recording,
)
from loans.credit.application import applications_of
from tests.support.clock import MovableClock
from tests.support.factories import (
    PHONE,
    Applicant,
    applicant,
    offered,
    onboarded,
    stepped_up,
)
from tests.support.findings import DIFFERENT, KNOWN, OWNER
from tests.support.jobs import work_off
from tests.support.log import events

AGENT = staff(new_id(), Role.AGENT)
NOTE = "The caller asks for the number on the card of Mr Lin."


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an approved account."""
    known = applicant(services)
    onboarded(known)
    return known


def viewed(services: Services, owner: Applicant, agent: Actor = AGENT) -> AccountView:
    with services.transaction(agent) as context:
        return view_account(context, ViewAccount(owner.id, AccessReason.CALL))


def unmasked(services: Services, owner: Applicant, origin: Origin = INSIDE) -> UnmaskedAccount:
    with services.transaction(AGENT, origin) as context:
        command = UnmaskAccount(owner.id, AccessReason.CORRECTION, NOTE)
        return unmask_account(context, command)


def called(services: Services, owner: Applicant, finding: VerificationFinding = KNOWN) -> None:
    with services.transaction(AGENT) as context:
        command = RequestVerification(owner.id, VerificationPurpose.CALLER)
        asked = request_verification(context, command).id
    with services.transaction(AGENT) as context:
        submit_recording(context, SubmitRecording(owner.id, asked, asked.bytes))
    work_off(services, verification=finding)


def test_an_account_is_masked_and_its_reading_one_event(
    services: Services, owner: Applicant
) -> None:
    view = viewed(services, owner)
    assert (view.phone, view.name, view.caller_verified) == ("138****0001", "林**", False)
    assert [one.decision for one in view.onboardings] == [Decision.APPROVED]
    assert view.onboardings[0].missing == ()
    (event,) = events(services, Action.ACCOUNT_READ)
    assert (event.actor_id, event.subject) == (AGENT.id, str(owner.id))
    assert event.reason == "call"
    assert event.data["caller_verified"] is False


def test_who_verified_the_caller_sees_phone_and_name_for_the_length_of_a_call(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    called(services, owner, DIFFERENT)
    assert not viewed(services, owner).caller_verified
    called(services, owner)
    view = viewed(services, owner)
    assert (view.phone, view.name) == (PHONE, OWNER.name)
    assert [one.state for one in view.calls] == [
        VerificationState.VERIFIED,
        VerificationState.REJECTED,
    ]
    assert not viewed(services, owner, staff(new_id(), Role.AGENT)).caller_verified
    clock.advance(timedelta(minutes=services.parts.policy.section(AccountsPolicy).caller_min))
    assert viewed(services, owner).phone == "138****0001"


def test_what_went_wrong_is_told_without_what_is_not_the_owners_to_know(services: Services) -> None:
    owner = applicant(services)
    findings = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}
    onboarded(owner, findings)
    (onboarding,) = viewed(services, owner).onboardings
    assert onboarding.decision is Decision.REVIEW
    assert Reason.LICENCE_EXPIRED in onboarding.reasons


def test_applications_are_read_by_customer_service_alone(services: Services) -> None:
    owner = applicant(services)
    made = offered(owner)
    with services.transaction(AGENT) as context:
        (one,) = applications_of(context, owner.id, 5)
    assert (one.application.id, one.offer and one.offer.id) == (
        made.application.id,
        made.offer and made.offer.id,
    )
    for role in (Role.REVIEWER, Role.COMPLIANCE, Role.ADMIN):
        with services.transaction(staff(new_id(), role)) as context, pytest.raises(NotAllowed):
            applications_of(context, owner.id, 5)


def test_values_are_shown_after_a_step_up_whoever_called(
    services: Services, owner: Applicant
) -> None:
    with pytest.raises(StepUpRequired):
        unmasked(services, owner)
    shown = unmasked(services, owner, stepped_up(services, AGENT))
    assert (shown.phone, shown.name, shown.identity_number) == (PHONE, OWNER.name, OWNER.number)
    assert (shown.firm, shown.credit_code) == (OWNER.firm, OWNER.code)
    called(services, owner)
    with pytest.raises(StepUpRequired):
        unmasked(services, owner)
    assert unmasked(services, owner, stepped_up(services, AGENT)) == shown
    found = events(services, Action.ACCOUNT_UNMASKED)
    assert [event.data["basis"] for event in found] == ["step_up", "voice"]
    assert {(event.subject, event.reason) for event in found} == {(str(owner.id), "correction")}


def test_the_sentence_of_a_reason_is_sealed(services: Services, owner: Applicant) -> None:
    unmasked(services, owner, stepped_up(services, AGENT))
    (event,) = events(services, Action.ACCOUNT_UNMASKED)
    assert "Lin" not in str(event.data)
    with services.reading() as context:
        row = context.session.scalars(sa.select(Unmasking)).one()
        assert b"Lin" not in row.note
        account = context.session.get_one(Account, owner.id)
        assert UNMASKING_NOTE.open(context.keyring, account, row.id, row.note).decode() == NOTE
    assert (event.data["unmasking"], row.staff_id) == (str(row.id), AGENT.uuid)


def test_an_account_without_documents_has_a_phone(services: Services) -> None:
    owner = applicant(services)
    view = viewed(services, owner)
    assert (view.name, view.onboardings, view.calls) == (None, (), ())
    shown = unmasked(services, owner, stepped_up(services, AGENT))
    assert (shown.phone, shown.name, shown.identity_number) == (PHONE, None, "")


def test_an_account_that_is_none_is_not_found(services: Services) -> None:
    with services.transaction(AGENT) as context:
        with pytest.raises(NotFound):
            view_account(context, ViewAccount(new_id(), AccessReason.CALL))
        with pytest.raises(NotFound):
            unmask_account(context, UnmaskAccount(new_id(), AccessReason.CALL, NOTE))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMPLIANCE, Role.ADMIN])
def test_other_staff_reads_no_account(services: Services, role: Role) -> None:
    owner = applicant(services)
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            view_account(context, ViewAccount(owner.id, AccessReason.CALL))
        with pytest.raises(NotAllowed):
            unmask_account(context, UnmaskAccount(owner.id, AccessReason.CALL, NOTE))


def test_who_served_an_account_does_not_review_its_owner(services: Services) -> None:
    owner = applicant(services)
    findings = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}
    case = onboarded(owner, findings).id
    unmasked(services, owner, stepped_up(services, AGENT))
    promoted = staff(AGENT.uuid, Role.REVIEWER)
    with services.transaction(promoted) as context, pytest.raises(CaseConflict):
        claim_case(context, case)
    with services.transaction(staff(new_id(), Role.REVIEWER)) as context:
        claim_case(context, case)
