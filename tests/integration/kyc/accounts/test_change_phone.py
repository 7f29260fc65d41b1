"""An account moves to another number by a code and the owner's voice."""

from __future__ import annotations

from uuid import UUID

import pytest

from access.applicants import request_code
from access.codes import CodeWrong
from access.models import AccessSession
from access.states import EndReason
from access.tokens import Tokens
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS
from kyc.accounts.change_phone import ChangePhone, PhoneTaken, change_phone
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import OwnerUnverified
from tests.support.factories import PHONE, Applicant, applicant, code_of, confirmed, onboarded
from tests.support.log import events

NEW, TAKEN = "13900000009", "13800000002"


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account, and somebody else beside them."""
    known = applicant(services)
    onboarded(known)
    applicant(services, TAKEN)
    return known


def changed(
    owner: Applicant, phone: str, verification: UUID | None, code: str | None = None
) -> Tokens:
    with owner.services.transaction(ANONYMOUS) as context:
        asked = request_code(context, phone)
        sent = code_of(context, asked)
    with owner.acting() as context:
        return change_phone(context, ChangePhone(asked.attempt, phone, code or sent, verification))


def test_an_account_moves_to_another_number(services: Services, owner: Applicant) -> None:
    elsewhere = applicant(services)
    tokens = changed(owner, NEW, confirmed(owner, VerificationPurpose.PHONE))
    assert tokens.refresh is not None
    with services.reading() as context:
        ended = {row.id: row.end_reason for row in context.session.query(AccessSession)}
    assert elsewhere.origin.session_id is not None
    assert ended.pop(elsewhere.origin.session_id) is EndReason.PHONE_CHANGED
    assert set(ended.values()) == {None}  # this one, and the other applicant's
    assert applicant(services, NEW).id == owner.id
    assert applicant(services, PHONE).id != owner.id
    (event,) = events(services, Action.APPLICANT_PHONE_CHANGED)
    assert event.actor_id == str(owner.id)
    assert NEW not in str(event.data)


def test_a_stolen_phone_moves_no_account(owner: Applicant) -> None:
    other_purpose = confirmed(owner, VerificationPurpose.OFFER)
    for verification in (None, other_purpose):
        with pytest.raises(OwnerUnverified):
            changed(owner, NEW, verification)


def test_a_wrong_code_and_a_number_of_somebody_else_leave_the_voice_unused(
    owner: Applicant,
) -> None:
    verification = confirmed(owner, VerificationPurpose.PHONE)
    with pytest.raises(CodeWrong):
        changed(owner, NEW, verification, "000000x")
    with pytest.raises(PhoneTaken):
        changed(owner, TAKEN, verification)
    changed(owner, NEW, verification)
    with pytest.raises(OwnerUnverified):
        changed(owner, "13900000010", verification)
