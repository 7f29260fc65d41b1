"""An application as its owner sees it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.messages.words import Language, Words
from app.presenters.loan import present_application
from core.ids import new_id
from core.reasons import Reason
from loans.credit.application import ApplicationView
from loans.credit.decide import Judgement, OfferedTerms, Outcome
from loans.models import Application, Offer
from loans.states import ApplicationState, OfferState
from loans.terms.options import Bound
from loans.terms.schedule import Repayment

NOW = datetime(2026, 11, 28, tzinfo=UTC)
WORDS = Words(Language.ENGLISH, {})


def application(state: ApplicationState, *reasons: Reason, asked: bool = False) -> Application:
    return Application(
        id=new_id(),
        state=state,
        product="equipment",
        amount_fen=5_000_000,
        tenor_months=12,
        repayment=Repayment.EQUAL_INSTALMENTS,
        reasons=list(reasons),
        made_at=NOW,
        decided_at=NOW,
        review_asked_at=NOW if asked else None,
    )


def test_a_declined_application_says_why_and_what_to_do() -> None:
    declined = application(ApplicationState.DECLINED, Reason.CAPACITY_TOO_SMALL)
    shown = present_application(ApplicationView(declined, ()), WORDS)
    assert shown.offers == []
    assert shown.reasons == [Reason.CAPACITY_TOO_SMALL]
    assert "apply for less" in shown.advice[0]


def outcome(**changes: object) -> Outcome:
    terms = OfferedTerms(
        principal_fen=8_000_000,
        tenor_months=12,
        repayment=Repayment.EQUAL_INSTALMENTS,
        annual_rate_bp=800,
        guarantee_bp=0,
        rate_parts={},
        instalment_fen=1,
        interest_fen=1,
        fee_fen=0,
        irr_bp=830,
        simple_rate_bp=800,
    )
    made = Outcome(
        judgement=Judgement.OFFERED,
        reasons=(),
        max_fen=9_000_000,
        bound_by=Bound.TURNOVER,
        offers=(terms,),
        improvements=(),
    )
    return made.model_copy(update=changes)


def test_an_owner_reads_what_takings_added_and_what_binds_the_offer() -> None:
    offered = application(ApplicationState.OFFERED)
    raised = ApplicationView(offered, (), outcome(raised_from_fen=5_000_000))
    added, binds = present_application(raised, WORDS).limit_advice
    assert "80,000 yuan are offered; without them it would be 50,000 yuan at most" in added
    assert "follows the takings" in binds
    thin = ApplicationView(offered, (), outcome(bound_by=Bound.THIN_FILE))
    (binds,) = present_application(thin, WORDS).limit_advice
    assert "Send a bank statement" in binds
    whole = ApplicationView(offered, (), outcome(bound_by=Bound.ASKED))
    assert present_application(whole, WORDS).limit_advice == []


def test_that_somebody_is_listed_is_not_theirs_to_know() -> None:
    waiting = application(ApplicationState.REVIEW, Reason.LISTED)
    shown = present_application(ApplicationView(waiting, ()), WORDS)
    assert shown.reasons == [Reason.OTHER]
    assert Reason.LISTED not in shown.model_dump_json()


@pytest.mark.parametrize(
    ("state", "asked", "may"),
    [
        (ApplicationState.DECLINED, False, True),
        (ApplicationState.DECLINED, True, False),
        (ApplicationState.OFFERED, False, False),
        (ApplicationState.REVIEW, True, False),
    ],
)
def test_a_person_may_be_asked_once(state: ApplicationState, asked: bool, may: bool) -> None:
    view = ApplicationView(application(state, asked=asked), ())
    assert present_application(view, WORDS).person_may_be_asked is may


def test_an_offer_is_shown_with_its_price_by_parts_and_its_cost() -> None:
    parts = {"funds_bp": 185, "operations_bp": 300, "expected_loss_bp": 180, "capital_bp": 95}
    offer = Offer(
        id=new_id(),
        state=OfferState.OPEN,
        principal_fen=5_000_000,
        tenor_months=12,
        repayment=Repayment.EQUAL_INSTALMENTS,
        annual_rate_bp=960,
        rate_parts={**parts, "margin_bp": 150},
        instalment_fen=438_593,
        interest_fen=263_116,
        fee_fen=0,
        irr_bp=1004,
        simple_rate_bp=960,
        expires_at=datetime(2026, 12, 5, tzinfo=UTC),
    )
    view = ApplicationView(application(ApplicationState.OFFERED), (offer,))
    (shown,) = present_application(view, WORDS).offers
    assert (shown.annual_rate_bp, shown.irr_bp, shown.instalment_fen) == (960, 1004, 438_593)
    assert shown.rate_parts is not None
    assert shown.rate_parts.expected_loss_bp == 180


def test_an_old_offer_has_no_parts() -> None:
    offer = Offer(
        id=new_id(),
        state=OfferState.EXPIRED,
        principal_fen=5_000_000,
        tenor_months=12,
        repayment=Repayment.EQUAL_INSTALMENTS,
        annual_rate_bp=960,
        rate_parts={},
        instalment_fen=438_593,
        expires_at=NOW,
    )
    view = ApplicationView(application(ApplicationState.EXPIRED), (offer,))
    assert present_application(view, WORDS).offers[0].rate_parts is None
