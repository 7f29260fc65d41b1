"""An application is decided by jobs, whatever the scorer does, and is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.services import Services, remember_policy
from audit.actions import Action
from core.reasons import Reason
from loans.credit.application import (
    ApplicationNotDeclined,
    ApplicationOver,
    ask_for_person,
    withdraw_application,
)
from loans.credit.limits import StatedTrade
from loans.credit.pause import ApplicationsUsed, ApplicationUnderWay, AppliedTooSoon
from loans.credit.replay import replay_application
from loans.models import Assessment, AssessmentTry, CreditDecision, ScorerRole
from loans.policy import LoanPolicy
from loans.states import ApplicationState, OfferState
from loans.terms.options import Bound
from storage.queue import Job, JobState
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    decided,
    declared,
    onboarded,
    seen,
)
from tests.support.findings import OWNER
from tests.support.lending import RISKY, FixedScorer, lend
from tests.support.log import events


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def state(owner: Applicant, application: UUID) -> ApplicationState:
    return seen(owner, application).application.state


def test_an_application_is_received_before_anything_is_asked(
    services: Services, owner: Applicant
) -> None:
    application = applied(owner, declared(owner))
    assert state(owner, application) is ApplicationState.RECEIVED
    scorer = FixedScorer()
    assert lend(services, scorer) == 1
    assert state(owner, application) is ApplicationState.OFFERED
    moved = [event.data["state"] for event in events(services, Action.APPLICATION_MOVED)]
    assert moved == ["gathering", "screening", "scoring"]
    (question,) = scorer.asked
    assert question["application"] == str(application)
    assert question["features"]["legal_form"]["value"] == "individual"
    assert OWNER.name not in str(question)
    assert OWNER.number not in str(question)


def test_a_risk_that_no_price_pays_for_is_declined(services: Services, owner: Applicant) -> None:
    view = decided(owner, declared(owner), FixedScorer(RISKY))
    assert view.application.state is ApplicationState.DECLINED
    assert view.application.reasons == [Reason.RISK_TOO_HIGH]
    assert view.scorer_reasons == ("business_young",)
    assert view.offers == ()
    (event,) = events(services, Action.APPLICATION_DECIDED)
    assert event.data["reasons"] == [Reason.RISK_TOO_HIGH]
    assert event.loan_id == view.application.id
    with services.reading() as context:
        assessment = context.session.scalars(sa.select(Assessment)).one()
    assert assessment.pd_12m == RISKY


def test_the_smallest_limit_is_offered_and_told(owner: Applicant) -> None:
    view = decided(owner, declared(owner), amount_fen=30_000_000)
    assert view.outcome is not None
    assert view.outcome.bound_by is Bound.THIN_FILE
    assert view.offers[0].principal_fen == 10_000_000


def test_a_founding_date_that_was_not_read_is_unknown_and_no_zero(services: Services) -> None:
    owner, scorer = applicant(services), FixedScorer()
    onboarded(owner, replace(OWNER, founded="").findings())
    view = decided(owner, declared(owner), scorer)
    assert "months_in_business" not in scorer.asked[0]["features"]
    assert view.offers[0].principal_fen == 2_000_000


def test_what_an_owner_tells_lessens_what_is_lent(owner: Applicant) -> None:
    poor = StatedTrade(takings_fen=2_000_000, costs_fen=1_500_000, instalments_fen=0)
    view = decided(owner, declared(owner), stated=poor)
    assert view.outcome is not None
    assert view.offers[0].principal_fen < 5_000_000
    assert view.outcome.bound_by is Bound.CAPACITY


def test_who_can_set_nothing_aside_is_told_so(owner: Applicant) -> None:
    losing = StatedTrade(takings_fen=1_000_000, costs_fen=1_500_000, instalments_fen=0)
    view = decided(owner, declared(owner), stated=losing)
    assert view.application.reasons == [Reason.CAPACITY_TOO_SMALL]


def test_a_scorer_that_is_away_loses_nothing(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application, away = applied(owner, declared(owner)), FixedScorer(away=True)
    assert lend(services, away) == 1
    assert state(owner, application) is ApplicationState.SCORING
    assert lend(services, away) == 0, "it is asked again later"
    clock.advance(timedelta(seconds=1))
    assert lend(services, away) == 1
    clock.advance(timedelta(seconds=1))
    assert lend(services, FixedScorer()) == 0
    clock.advance(timedelta(seconds=1))
    assert lend(services, FixedScorer()) == 1
    assert state(owner, application) is ApplicationState.OFFERED
    with services.reading() as context:
        tries = context.session.scalars(sa.select(AssessmentTry).order_by(AssessmentTry.id)).all()
    assert [one.outcome for one in tries] == ["unreached", "unreached", "answered"]
    assert [one.asking for one in tries] == [1, 2, 3]


def test_after_a_day_without_a_scorer_a_person_looks(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application, away = applied(owner, declared(owner)), FixedScorer(away=True)
    lend(services, away)
    clock.advance(timedelta(hours=services.parts.policy.section(LoanPolicy).credit.give_up_h))
    lend(services, away)
    view = seen(owner, application)
    assert view.application.state is ApplicationState.REVIEW
    assert view.application.reasons == [Reason.SCORER_UNAVAILABLE]
    assert view.offers == ()


def test_an_application_can_be_withdrawn_while_the_scorer_is_away(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application = applied(owner, declared(owner))
    lend(services, FixedScorer(away=True))
    with owner.acting() as context:
        withdraw_application(context, application)
    clock.advance(timedelta(minutes=5))
    assert lend(services) == 0
    assert state(owner, application) is ApplicationState.WITHDRAWN
    with services.reading() as context:
        left = sa.select(Job.id).where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        assert context.session.scalars(left.where(Job.subject_id == application)).all() == []


def test_offers_end_with_a_withdrawal(services: Services, owner: Applicant) -> None:
    view = decided(owner, declared(owner))
    with owner.acting() as context:
        after = withdraw_application(context, view.application.id)
    assert {offer.state for offer in after.offers} == {OfferState.EXPIRED}
    with owner.acting() as context:
        again = withdraw_application(context, view.application.id)
    assert again.application.state is ApplicationState.WITHDRAWN
    assert len(events(services, Action.APPLICATION_WITHDRAWN)) == 1


def test_what_was_declined_cannot_be_withdrawn(owner: Applicant) -> None:
    view = decided(owner, declared(owner), FixedScorer(RISKY))
    with owner.acting() as context, pytest.raises(ApplicationOver):
        withdraw_application(context, view.application.id)


def test_nobody_tries_the_scorer_out(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(LoanPolicy).credit
    decided(owner, declared(owner), FixedScorer(RISKY))
    for hours in (0, 24):
        clock.advance(timedelta(hours=hours))
        declaration = declared(owner)
        with pytest.raises(AppliedTooSoon) as told:
            applied(owner, declaration, amount_fen=2_000_000)
        left = timedelta(days=rules.pause_days, hours=-hours)
        assert timedelta(seconds=told.value.retry_after_s) <= left
    clock.advance(timedelta(days=rules.pause_days))
    assert decided(owner, declared(owner)).offers


def test_withdrawn_applications_count(services: Services, owner: Applicant) -> None:
    rules = services.parts.policy.section(LoanPolicy).credit
    for _ in range(rules.max_applications):
        view = decided(owner, declared(owner))
        with owner.acting() as context:
            withdraw_application(context, view.application.id)
    declaration = declared(owner)
    with pytest.raises(ApplicationsUsed):
        applied(owner, declaration)


def test_one_application_at_a_time(owner: Applicant) -> None:
    applied(owner, declared(owner))
    declaration = declared(owner)
    with pytest.raises(ApplicationUnderWay):
        applied(owner, declaration)


def test_a_declined_owner_may_ask_for_a_person_once(services: Services, owner: Applicant) -> None:
    view = decided(owner, declared(owner), FixedScorer(RISKY))
    with owner.acting() as context:
        asked = ask_for_person(context, view.application.id)
    assert asked.application.state is ApplicationState.REVIEW
    with owner.acting() as context, pytest.raises(ApplicationNotDeclined):
        ask_for_person(context, view.application.id)
    assert len(events(services, Action.APPLICATION_REVIEW_ASKED)) == 1


def test_who_was_offered_a_loan_needs_no_person(owner: Applicant) -> None:
    view = decided(owner, declared(owner))
    with owner.acting() as context, pytest.raises(ApplicationNotDeclined):
        ask_for_person(context, view.application.id)


def test_a_decision_comes_out_the_same_again(services: Services, owner: Applicant) -> None:
    remember_policy(services)
    view = decided(owner, declared(owner), FixedScorer(0.0731), amount_fen=7_300_000)
    with services.transaction() as context:
        (again,) = replay_application(context, view.application.id)
    assert again.same
    assert again.decided.offers
    (event,) = events(services, Action.DECISION_REPLAYED)
    assert event.data["same"] is True


def test_a_decision_that_was_changed_comes_out_otherwise(
    services: Services, owner: Applicant
) -> None:
    remember_policy(services)
    view = decided(owner, declared(owner))
    with services.transaction() as context:
        row = context.session.scalars(sa.select(CreditDecision)).one()
        row.facts = {**row.facts, "pd_12m": 0.11}
    with services.transaction() as context:
        (again,) = replay_application(context, view.application.id)
    assert not again.same


def test_a_scorer_in_the_shadow_decides_nothing(services: Services, owner: Applicant) -> None:
    application = applied(owner, declared(owner))
    assert lend(services, FixedScorer(), shadow=FixedScorer(RISKY)) == 2
    assert state(owner, application) is ApplicationState.OFFERED
    with services.reading() as context:
        both = context.session.scalars(sa.select(Assessment)).all()
    assert {one.role: one.pd_12m for one in both} == {
        ScorerRole.DECIDING: 0.02,
        ScorerRole.SHADOW: RISKY,
    }
