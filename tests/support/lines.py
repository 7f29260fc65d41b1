"""Credit lines and draws in any state, each made by the use cases that make it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.services import Services
from kyc.verification.states import VerificationPurpose
from loans.lines.confirmation import ConfirmDraw, confirm_draw
from loans.lines.draws import AskForDraw, ask_for_draw
from loans.lines.models import CreditLine, Draw
from loans.lines.own import LineView, own_line
from loans.offers.acceptance import AcceptOffer, accept_offer
from loans.terms.product import ProductCode
from tests.support.factories import Applicant, confirmed, decided, declared
from tests.support.lending import FixedScorer

LIMIT = 5_000_000


def with_line(
    owner: Applicant, limit_fen: int = LIMIT, scorer: FixedScorer | None = None, **asked: Any
) -> UUID:
    """The line of an approved owner, who applied for it and accepted what was offered."""
    view = decided(
        owner,
        declared(owner),
        scorer,
        amount_fen=limit_fen,
        product=ProductCode.CREDIT_LINE,
        **asked,
    )
    voice = confirmed(owner, VerificationPurpose.OFFER)
    with owner.acting() as context:
        accept_offer(context, AcceptOffer(view.offers[0].id, voice))
        own = sa.select(CreditLine.id).where(CreditLine.application_id == view.application.id)
        return context.session.scalars(own).one()


def asked(owner: Applicant, line: UUID, amount_fen: int = 1_000_000, **changed: Any) -> Draw:
    """A draw that waits for its owner."""
    terms: dict[str, Any] = {"tenor_months": 6, "purpose": "stock_of_goods", **changed}
    with owner.acting() as context:
        return ask_for_draw(context, AskForDraw(line, amount_fen, **terms))


def drawn(owner: Applicant, line: UUID, amount_fen: int = 1_000_000, **changed: Any) -> Draw:
    """A draw that its owner confirmed."""
    return said_yes(owner, asked(owner, line, amount_fen, **changed).id)


def said_yes(owner: Applicant, draw: UUID) -> Draw:
    """A draw confirmed by its owner's voice."""
    voice = confirmed(owner, VerificationPurpose.DRAW)
    with owner.acting() as context:
        return confirm_draw(context, ConfirmDraw(draw, voice))


def line_of(owner: Applicant, line: UUID) -> LineView:
    """A line as its owner sees it."""
    with owner.acting() as context:
        return own_line(context, line)


def draw_of(services: Services, draw: UUID) -> Draw:
    """A draw as it stands now."""
    with services.reading() as context:
        return context.session.get_one(Draw, draw)
