"""Owners who confirm with their voice what a stolen phone must not do."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.services import Services
from core.actors import Role, staff
from core.errors import NotFound
from core.ids import new_id
from kyc.analysis.findings import VoiceVerificationFinding
from kyc.onboarding.consents import withdraw_consent
from kyc.policy import VoicePolicy
from kyc.verification.states import VerificationPurpose
from kyc.verification.voice import (
    RequestVerification,
    VerificationsUsed,
    VoiceUnverified,
    consume_verification,
    own_verification,
    request_verification,
)
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, confirmed, onboarded
from tests.support.findings import AGAIN, DIFFERENT, KNOWN, UNSURE

OFFER, PHONE = VerificationPurpose.OFFER, VerificationPurpose.PHONE


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def consumed(
    owner: Applicant, verification: UUID | None, purpose: VerificationPurpose = OFFER
) -> None:
    with owner.acting() as context:
        consume_verification(context, verification, purpose)


def test_a_verified_voice_is_used_once(owner: Applicant) -> None:
    verification = confirmed(owner, OFFER)
    consumed(owner, verification)
    with pytest.raises(VoiceUnverified):
        consumed(owner, verification)


@pytest.mark.parametrize("finding", [UNSURE, DIFFERENT, AGAIN])
def test_a_doubt_confirms_nothing(owner: Applicant, finding: VoiceVerificationFinding) -> None:
    verification = confirmed(owner, OFFER, finding)
    with pytest.raises(VoiceUnverified):
        consumed(owner, verification)


def test_a_verification_serves_its_purpose_alone(owner: Applicant) -> None:
    verification = confirmed(owner, PHONE)
    with pytest.raises(VoiceUnverified):
        consumed(owner, verification, OFFER)
    consumed(owner, verification, PHONE)


@pytest.mark.parametrize("verification", [None, UUID(int=0)])
def test_none_and_an_unknown_one_confirm_nothing(
    owner: Applicant, verification: UUID | None
) -> None:
    with pytest.raises(VoiceUnverified):
        consumed(owner, verification)


@pytest.mark.parametrize(("early_s", "usable"), [(5, True), (-5, False)])
def test_a_confirmation_is_soon_over(
    services: Services, owner: Applicant, clock: MovableClock, early_s: float, usable: bool
) -> None:
    verification = confirmed(owner, OFFER)
    clock.advance(seconds=services.parts.policy.section(VoicePolicy).verified_s - early_s)
    if usable:
        consumed(owner, verification)
    else:
        with pytest.raises(VoiceUnverified):
            consumed(owner, verification)


def test_a_confirmation_is_nobody_elses(services: Services, owner: Applicant) -> None:
    stranger = applicant(services, "13800000002")
    verification = confirmed(owner, OFFER)
    with pytest.raises(VoiceUnverified):
        consumed(stranger, verification)
    with stranger.acting() as context, pytest.raises(NotFound):
        own_verification(context, stranger.id, verification)
    agent = staff(new_id(), Role.AGENT)
    with services.reading(agent) as context, pytest.raises(NotFound):
        own_verification(context, owner.id, verification)


def test_withdrawing_consent_does_not_open_the_lock(services: Services) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner).id
    with owner.acting() as context:
        withdraw_consent(context, onboarding, ConsentKind.BIOMETRIC)
    with owner.acting() as context, pytest.raises(ConsentMissing):
        request_verification(context, RequestVerification(owner.id, OFFER))
    with pytest.raises(ConsentMissing):
        consumed(owner, None)


def test_each_purpose_is_asked_for_a_few_times(services: Services, owner: Applicant) -> None:
    confirmed(owner, OFFER, KNOWN)  # the owner's own voice uses up nothing
    for _ in range(services.parts.policy.section(VoicePolicy).max_verifications):
        confirmed(owner, OFFER, UNSURE)
    with pytest.raises(VerificationsUsed):
        confirmed(owner, OFFER, KNOWN)
    confirmed(owner, PHONE, KNOWN)
