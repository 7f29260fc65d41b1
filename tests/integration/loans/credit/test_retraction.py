"""What an owner takes back or contests is not used for what is not decided yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.services import Services
from audit.actions import Action
from core.actors import Role
from core.reasons import Reason
from loans.calls.signed_client import Asked
from loans.credit.review import (
    CreditJudgement,
    JudgeApplication,
    claim_application,
    judge_application,
)
from loans.credit.scorer_client import ScorerAnswer
from loans.known.models import Profile
from loans.known.objections import Contest, contest
from loans.known.recorded import SOURCES
from loans.models import Application
from loans.policy import LoanPolicy
from loans.sources.consent import withdraw_source_consent
from loans.sources.kinds import SourceKind
from loans.state import compare_applications
from loans.states import ApplicationState
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    declared,
    onboarded,
    staff_member,
    stepped_up,
)
from tests.support.lending import FixedScorer, lend
from tests.support.log import events
from tests.support.sources import agree, with_feature

MONTHS = "turnover_months"
TRADE = {
    "turnover_fen": 9_000_000,
    "costs_fen": 4_000_000,
    "instalments_fen": 0,
    "months": 12,
    "thickness": 60.0,
}


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody whose bank statements are known."""
    known = applicant(services)
    onboarded(known)
    return known


@pytest.fixture
def consents(owner: Applicant) -> tuple[UUID, ...]:
    """The consents to somebody's bank statements, of which a profile was built."""
    given = agree(owner, SourceKind.BANK)
    with_feature(owner, MONTHS, 12)
    with owner.services.transaction() as context:
        today = context.today().isoformat()
        context.session.get_one(Profile, owner.id).known = {
            "trade": TRADE,
            "turnover": {"last_day": today},
            "newest_sale": today,
            SOURCES: [SourceKind.BANK],
        }
    return given


def take_back(owner: Applicant, consents: tuple[UUID, ...]) -> None:
    for consent in consents:
        with owner.acting() as context:
            withdraw_source_consent(context, consent)


def contest_months(owner: Applicant) -> None:
    with owner.acting() as context:
        contest(context, Contest(MONTHS, "it is wrong"))


def row(owner: Applicant, application: UUID) -> Application:
    with owner.services.reading() as context:
        return context.session.get_one(Application, application)


def sources_of(application: Application) -> set[str]:
    return {each["source"] for each in application.features.values()}


def asked_about(scorer: FixedScorer) -> Mapping[str, Any]:
    features: Mapping[str, Any] = scorer.asked[-1]["features"]
    return features


def test_what_is_taken_back_is_not_scored(
    services: Services, owner: Applicant, consents: tuple[UUID, ...]
) -> None:
    application, scorer = applied(owner, declared(owner)), FixedScorer()
    assert sources_of(row(owner, application)) == {"licence", "declared", "bank"}
    assert row(owner, application).verified is not None
    take_back(owner, consents)
    assert sources_of(row(owner, application)) == {"licence", "declared"}
    assert row(owner, application).verified is None
    lend(services, scorer)
    assert row(owner, application).state is ApplicationState.OFFERED
    assert MONTHS not in asked_about(scorer)
    (event,) = events(services, Action.APPLICATION_FEATURES_DROPPED)
    assert event.subject == str(application)
    assert MONTHS not in event.data["features"]


def test_what_is_taken_back_while_the_scorer_answers_is_asked_without(
    services: Services, owner: Applicant, consents: tuple[UUID, ...], clock: MovableClock
) -> None:
    class Meanwhile(FixedScorer):
        """A scorer during whose first answer the consent is withdrawn."""

        def ask(self, question: Mapping[str, Any], key: str) -> Asked[ScorerAnswer]:
            """The answer to what was known before."""
            if not self.asked:
                take_back(owner, consents)
            return super().ask(question, key)

    application, scorer = applied(owner, declared(owner)), Meanwhile()
    lend(services, scorer)
    clock.advance(timedelta(minutes=1))
    lend(services, scorer)
    assert row(owner, application).state is ApplicationState.OFFERED
    assert [MONTHS in asked["features"] for asked in scorer.asked] == [True, False]


def test_what_was_decided_stays_on_record(
    services: Services, owner: Applicant, consents: tuple[UUID, ...]
) -> None:
    application = applied(owner, declared(owner))
    lend(services)
    take_back(owner, consents)
    assert row(owner, application).state is ApplicationState.OFFERED
    assert "bank" in sources_of(row(owner, application))
    assert events(services, Action.APPLICATION_FEATURES_DROPPED) == []


def test_what_waits_for_a_person_unassessed_is_decided_without(
    services: Services, owner: Applicant, consents: tuple[UUID, ...], clock: MovableClock
) -> None:
    application, away = applied(owner, declared(owner)), FixedScorer(away=True)
    lend(services, away)
    clock.advance(timedelta(hours=services.parts.policy.section(LoanPolicy).credit.give_up_h))
    lend(services, away)
    assert row(owner, application).reasons == [Reason.SCORER_UNAVAILABLE]
    take_back(owner, consents)
    assert sources_of(row(owner, application)) == {"licence", "declared"}


@pytest.mark.usefixtures("consents")
def test_who_contests_after_applying_waits_for_people(services: Services, owner: Applicant) -> None:
    application, scorer = applied(owner, declared(owner)), FixedScorer()
    contest_months(owner)
    lend(services, scorer)
    kept = row(owner, application)
    assert (kept.state, kept.reasons) == (ApplicationState.REVIEW, [Reason.PROFILE_CONTESTED])
    assert sources_of(kept) == {"licence", "declared"}
    assert scorer.asked == []
    for reviewer in (staff_member(services, Role.REVIEWER), staff_member(services, Role.REVIEWER)):
        with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
            claim_application(context, application)
            said = JudgeApplication(application, CreditJudgement.GO_ON, "it is all right")
            judge_application(context, said)
    lend(services, scorer)
    assert row(owner, application).state is ApplicationState.OFFERED
    assert MONTHS not in asked_about(scorer)


@pytest.mark.usefixtures("consents")
def test_who_contests_while_the_scorer_is_away_waits_for_people(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application, away = applied(owner, declared(owner)), FixedScorer(away=True)
    lend(services, away)
    assert row(owner, application).state is ApplicationState.SCORING
    contest_months(owner)
    assert row(owner, application).reasons == [Reason.PROFILE_CONTESTED]
    clock.advance(timedelta(minutes=1))
    lend(services, FixedScorer())
    assert row(owner, application).state is ApplicationState.REVIEW


@pytest.mark.usefixtures("consents")
def test_who_contests_while_a_person_waits_needs_two(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application, away = applied(owner, declared(owner)), FixedScorer(away=True)
    lend(services, away)
    clock.advance(timedelta(hours=services.parts.policy.section(LoanPolicy).credit.give_up_h))
    lend(services, away)
    contest_months(owner)
    kept = row(owner, application)
    assert kept.reasons == [Reason.SCORER_UNAVAILABLE, Reason.PROFILE_CONTESTED]
    with services.reading() as context:
        assert list(compare_applications(context)) == []
