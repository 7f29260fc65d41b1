"""One device for many people, one identity number tried again and again."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.services import Services
from core.origin import Origin
from core.reasons import Reason
from kyc.decision.models import Check, CrossCheck
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT
from kyc.onboarding.start import start_onboarding
from kyc.onboarding.states import Decision
from kyc.policy import VelocityPolicy
from tests.support.clock import MovableClock
from tests.support.factories import applicant, onboarded, reread, started, submitted
from tests.support.findings import ACTION_MISSING, OWNER, another
from tests.support.jobs import work_off

DEVICE, OTHER_DEVICE = "a-phone-0123456789", "another-phone-0123"


def test_a_device_that_too_many_people_share_is_seen_by_a_person(services: Services) -> None:
    too_many = services.parts.policy.section(VelocityPolicy).max_on_device + 1
    owners = [applicant(services, f"1380000000{n}", DEVICE) for n in range(too_many)]
    alone = applicant(services, "13800000007", OTHER_DEVICE)
    assert onboarded(alone, another(2).findings()).decision is Decision.APPROVED
    shared = onboarded(owners[0], another(3).findings())
    assert (shared.decision, shared.reasons) == (Decision.REVIEW, [Reason.DEVICE_SHARED])


def test_who_used_the_device_long_ago_does_not_count(
    services: Services, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(VelocityPolicy)
    for number in range(rules.max_on_device):
        applicant(services, f"1380000000{number}", DEVICE)
    clock.advance(timedelta(days=rules.days))
    owner = applicant(services, "13800000009", DEVICE)
    assert onboarded(owner).decision is Decision.APPROVED


def test_a_number_under_which_faces_failed_again_and_again_is_seen_by_a_person(
    services: Services, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(VelocityPolicy)
    failures, thieves = 0, 0
    while failures <= rules.max_failures_of_number:
        thief = applicant(services, f"1380000001{thieves}")
        onboarding, thieves = started(thief), thieves + 1
        submitted(thief, onboarding, ID_CARD_FRONT.kind)
        work_off(services)
        while reread(services, onboarding).decision is None:
            submitted(thief, onboarding, FACE_VIDEO.kind)
            work_off(services, {FACE_VIDEO.kind: ACTION_MISSING})
            failures += 1
        assert reread(services, onboarding).decision is Decision.DECLINED
    first = onboarded(applicant(services, "13800000001"))
    assert first.decision is Decision.REVIEW
    assert first.reasons == [Reason.IDENTITY_ATTEMPTS_USED]
    clock.advance(timedelta(days=rules.days))
    later = onboarded(applicant(services, "13800000002"))
    assert Reason.IDENTITY_ATTEMPTS_USED not in later.reasons


def test_whoever_holds_the_number_is_not_held_up_by_those_who_try(services: Services) -> None:
    holder = applicant(services)
    assert onboarded(holder).decision is Decision.APPROVED
    failures = services.parts.policy.section(VelocityPolicy).max_failures_of_number + 1
    for number in range(failures):
        thief = applicant(services, f"138000001{number:02d}")
        onboarding = started(thief)
        submitted(thief, onboarding, ID_CARD_FRONT.kind)
        submitted(thief, onboarding, FACE_VIDEO.kind)
        work_off(services, {**OWNER.findings(), FACE_VIDEO.kind: ACTION_MISSING})
    again = onboarded(holder)
    assert (again.decision, again.reasons) == (Decision.APPROVED, [])
    with services.reading() as context:
        query = sa.select(Check.measurements).where(
            Check.onboarding_id == again.id, Check.kind == CrossCheck.VELOCITY
        )
        assert context.session.scalars(query).one()["failures_of_others"] == failures
    stranger = onboarded(applicant(services, "13800000099"))
    assert Reason.IDENTITY_ATTEMPTS_USED in stranger.reasons


def test_a_device_whose_key_signed_counts_although_the_app_named_none(services: Services) -> None:
    too_many = services.parts.policy.section(VelocityPolicy).max_on_device + 1
    owners = [applicant(services, f"1380000000{n}") for n in range(too_many)]
    for owner in owners:
        with services.transaction(owner.actor, Origin(device="a thumbprint")) as context:
            start_onboarding(context)
    shared = onboarded(owners[0], another(3).findings())
    assert (shared.decision, shared.reasons) == (Decision.REVIEW, [Reason.DEVICE_SHARED])
