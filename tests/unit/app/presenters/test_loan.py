"""An application as its owner sees it."""

from __future__ import annotations

from datetime import UTC, datetime

from app.presenters.loan import present_application
from core.ids import new_id
from core.reasons import Reason
from loans.credit.application import DecidedApplication
from loans.models import Application, Offer
from loans.states import ApplicationState


def application(state: ApplicationState) -> Application:
    return Application(
        id=new_id(),
        state=state,
        amount_fen=5_000_000,
        tenor_months=12,
        reasons=[Reason.RISK_TOO_HIGH],
    )


def test_a_declined_application_says_neither_reason_nor_score() -> None:
    shown = present_application(DecidedApplication(application(ApplicationState.DECLINED), None))
    assert shown.offer is None
    assert Reason.RISK_TOO_HIGH not in shown.model_dump_json()


def test_an_offer_is_shown_with_its_terms() -> None:
    offer = Offer(
        id=new_id(),
        principal_fen=5_000_000,
        tenor_months=12,
        annual_rate_bp=960,
        instalment_fen=438_593,
        expires_at=datetime(2026, 12, 5, tzinfo=UTC),
    )
    decided = DecidedApplication(application(ApplicationState.OFFERED), offer)
    shown = present_application(decided)
    assert shown.offer is not None
    assert (shown.offer.annual_rate_bp, shown.offer.instalment_fen) == (960, 438_593)
