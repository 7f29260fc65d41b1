"""Face and voice from two devices, one of which was handed the onboarding, go to a person."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.services import Services
from core.reasons import Reason
from kyc.evidence.types import FACE_VIDEO, VOICE_CLIP
from kyc.onboarding.states import Decision
from kyc.policy import OnboardingPolicy
from tests.support.factories import (
    PHONE,
    Applicant,
    applicant,
    handed_over,
    reread,
    started,
    submitted,
)
from tests.support.findings import OWNER
from tests.support.jobs import work_off


@pytest.fixture
def owner(services: Services) -> Applicant:
    return applicant(services)


@pytest.fixture
def onboarding(owner: Applicant) -> UUID:
    """An onboarding with its papers."""
    onboarding = started(owner)
    for kind in owner.services.parts.policy.section(OnboardingPolicy).required:
        if kind not in (FACE_VIDEO.kind, VOICE_CLIP.kind):
            submitted(owner, onboarding, kind)
    return onboarding


def decided(
    onboarding: UUID, face: Applicant, voice: Applicant
) -> tuple[Decision | None, list[str]]:
    submitted(face, onboarding, FACE_VIDEO.kind)
    submitted(voice, onboarding, VOICE_CLIP.kind)
    work_off(face.services, OWNER.findings())
    row = reread(face.services, onboarding)
    return row.decision, row.reasons


REVIEWED = (Decision.REVIEW, [Reason.SENT_FROM_TWO_DEVICES])
APPROVED: tuple[Decision, list[str]] = (Decision.APPROVED, [])


def test_a_voice_from_the_other_device_beside_the_owners_face(
    owner: Applicant, onboarding: UUID
) -> None:
    assert decided(onboarding, owner, handed_over(owner, onboarding)) == REVIEWED


def test_a_face_from_the_other_device_beside_a_voice(owner: Applicant, onboarding: UUID) -> None:
    assert decided(onboarding, handed_over(owner, onboarding), owner) == REVIEWED


def test_both_from_the_other_device(owner: Applicant, onboarding: UUID) -> None:
    phone = handed_over(owner, onboarding)
    assert decided(onboarding, phone, phone) == APPROVED


def test_a_link_opened_again_on_the_same_device(owner: Applicant, onboarding: UUID) -> None:
    phone = handed_over(owner, onboarding, "a phone")
    submitted(phone, onboarding, FACE_VIDEO.kind)
    again = handed_over(owner, onboarding, "a phone")
    submitted(again, onboarding, VOICE_CLIP.kind)
    work_off(owner.services, OWNER.findings())
    assert reread(owner.services, onboarding).decision is Decision.APPROVED


def test_two_devices_of_a_link_each(owner: Applicant, onboarding: UUID) -> None:
    submitted(handed_over(owner, onboarding), onboarding, VOICE_CLIP.kind)
    submitted(handed_over(owner, onboarding), onboarding, FACE_VIDEO.kind)
    work_off(owner.services, OWNER.findings())
    row = reread(owner.services, onboarding)
    assert (row.decision, row.reasons) == REVIEWED


def test_an_owner_who_signs_in_on_two_devices_is_not_asked(
    owner: Applicant, onboarding: UUID
) -> None:
    elsewhere = applicant(owner.services, PHONE)
    assert decided(onboarding, owner, elsewhere) == APPROVED
