"""An onboarding begins, is the only open one of its owner, and expires undecided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.authorisation import NotAllowed
from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from core.actors import Role, staff
from core.errors import NotFound
from core.ids import new_id
from kyc.evidence.types import LICENCE
from kyc.onboarding.ownership import OnboardingClosed, own_onboarding
from kyc.onboarding.start import start_onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from tests.support.clock import MovableClock
from tests.support.factories import applicant, onboarded, reread, started, submitted
from tests.support.findings import BLURRED
from tests.support.jobs import work_off
from tests.support.log import events


def expires_after(services: Services) -> timedelta:
    return timedelta(minutes=services.parts.policy.section(OnboardingPolicy).expires_min)


def test_starting_again_returns_the_one_that_is_open(services: Services) -> None:
    owner = applicant(services)
    first, again = started(owner), started(owner)
    assert first == again
    assert len(events(services, Action.ONBOARDING_STARTED)) == 1
    assert started(applicant(services, "13800000002")) != first


def test_an_onboarding_that_has_expired_is_closed_and_a_new_one_starts(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    first = started(owner)
    clock.advance(expires_after(services))
    with owner.acting() as context, pytest.raises(OnboardingClosed):
        submit_evidence(context, SubmitEvidence(first, LICENCE.kind, b"late"))
    assert started(owner) != first


def test_expired_is_reached_when_the_time_is_over(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    maintenance = Maintenance(services)
    clock.advance(expires_after(services) - timedelta(minutes=1))
    maintenance.expire()
    assert reread(services, onboarding).state is OnboardingState.OPEN
    clock.advance(timedelta(minutes=1))
    maintenance.expire()
    maintenance.expire()
    row = reread(services, onboarding)
    assert (row.state, row.decision) == (OnboardingState.EXPIRED, None)
    (event,) = events(services, Action.ONBOARDING_EXPIRED)
    assert (event.onboarding_id, event.actor_kind) == (onboarding, "system")


def test_what_is_being_analysed_expires_later(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, LICENCE.kind)
    clock.advance(expires_after(services))
    Maintenance(services).expire()
    assert reread(services, onboarding).state is OnboardingState.OPEN
    work_off(services, {LICENCE.kind: BLURRED})
    Maintenance(services).expire()
    assert reread(services, onboarding).state is OnboardingState.EXPIRED


def test_what_was_decided_never_expires(services: Services, clock: MovableClock) -> None:
    onboarding = onboarded(applicant(services))
    clock.advance(timedelta(days=365))
    Maintenance(services).expire()
    row = reread(services, onboarding.id)
    assert (row.state, row.decision) == (OnboardingState.DECIDED, Decision.APPROVED)


def test_more_than_one_transaction_takes_expire_in_turn(
    services: Services, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kyc.onboarding.start.EXPIRED_AT_ONCE", 2)
    for number in range(3):
        started(applicant(services, f"1380000000{number}"))
    clock.advance(expires_after(services))
    maintenance = Maintenance(services)
    assert [maintenance.expire() for _ in range(3)] == [True, True, False]
    assert len(events(services, Action.ONBOARDING_EXPIRED)) == 3


def test_somebody_elses_is_as_absent_as_none(services: Services) -> None:
    onboarding = started(applicant(services))
    stranger = applicant(services, "13800000002")
    with stranger.acting() as context:
        for wanted in (onboarding, new_id()):
            with pytest.raises(NotFound):
                own_onboarding(context, wanted)


def test_staff_opens_no_account(services: Services) -> None:
    agent = staff(new_id(), Role.AGENT)
    with services.transaction(agent) as context, pytest.raises(NotAllowed):
        start_onboarding(context)


def test_a_task_that_fails_stops_no_other(
    services: Services, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_context: object) -> bool:
        raise ZeroDivisionError

    onboarding = started(applicant(services))
    clock.advance(expires_after(services))
    monkeypatch.setattr("app.jobs.maintenance.has_expired_offers", broken)
    assert Maintenance(services).run_due()
    assert reread(services, onboarding).state is OnboardingState.EXPIRED
