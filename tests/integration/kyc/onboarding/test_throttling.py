"""Failures in a row pause a person and their devices, and nobody else."""

from __future__ import annotations

import pytest

from app.services import Services
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.throttling import Paused, require_no_pause
from kyc.policy import OnboardingPolicy
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, started, submitted
from tests.support.findings import BLURRED
from tests.support.jobs import work_off

DEVICE = "a-phone-0123456789"
KINDS = (LICENCE.kind, ID_CARD_BACK.kind, ID_CARD_FRONT.kind)


def failed(owner: Applicant, times: int, first: int = 0) -> None:
    onboarding = started(owner)
    for attempt in range(first, first + times):
        kind = KINDS[attempt % len(KINDS)]
        submitted(owner, onboarding, kind)
        work_off(owner.services, {kind: BLURRED})


def test_so_many_failures_in_a_row_make_a_pause(services: Services, clock: MovableClock) -> None:
    rules = services.parts.policy.section(OnboardingPolicy).pause
    owner = applicant(services)
    failed(owner, rules.failures - 1)
    with owner.acting() as context:
        require_no_pause(context)
    failed(owner, 1, rules.failures - 1)
    onboarding = started(owner)
    with pytest.raises(Paused) as paused:
        submitted(owner, onboarding, LICENCE.kind)
    assert 0 < paused.value.retry_after_s <= rules.first_s
    with owner.acting() as context, pytest.raises(Paused):
        issue_challenge(context, onboarding, ChallengeKind.VOICE)
    clock.advance(seconds=paused.value.retry_after_s)
    submitted(owner, onboarding, LICENCE.kind)


def test_each_further_failure_doubles_the_pause(services: Services, clock: MovableClock) -> None:
    rules = services.parts.policy.section(OnboardingPolicy).pause
    owner = applicant(services)
    failed(owner, rules.failures)
    clock.advance(seconds=rules.first_s)
    failed(owner, 1, rules.failures)
    with owner.acting() as context, pytest.raises(Paused) as paused:
        require_no_pause(context)
    assert rules.first_s < paused.value.retry_after_s <= 2 * rules.first_s


def test_a_success_ends_the_row(services: Services) -> None:
    rules = services.parts.policy.section(OnboardingPolicy).pause
    owner = applicant(services)
    failed(owner, rules.failures - 1)
    submitted(owner, started(owner), LICENCE.kind)
    work_off(services)
    failed(owner, 1, 1)
    with owner.acting() as context:
        require_no_pause(context)


def test_a_pause_is_the_devices_and_not_the_numbers(services: Services) -> None:
    rules = services.parts.policy.section(OnboardingPolicy).pause
    thief = applicant(services, "13800000001", DEVICE)
    accomplice = applicant(services, "13800000002", DEVICE)
    elsewhere = applicant(services, "13800000003", "another-phone-0123")
    failed(thief, rules.failures)
    with pytest.raises(Paused):
        submitted(accomplice, started(accomplice), LICENCE.kind)
    submitted(elsewhere, started(elsewhere), LICENCE.kind)
