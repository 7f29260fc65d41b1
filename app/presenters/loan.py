"""Declarations, applications and offers as their owner sees them."""

from __future__ import annotations

from app.schemas.loans import ApplicationResponse, DeclarationResponse, OfferResponse
from loans.credit.application import DecidedApplication
from loans.models import Declaration, Offer


def present_declaration(declaration: Declaration) -> DeclarationResponse:
    """A declaration that was accepted."""
    return DeclarationResponse.model_validate(declaration)


def present_application(decided: DecidedApplication) -> ApplicationResponse:
    """An application and its offer; reasons and score stay inside."""
    application, offer = decided.application, decided.offer
    return ApplicationResponse(
        id=application.id,
        state=application.state,
        amount_fen=application.amount_fen,
        tenor_months=application.tenor_months,
        offer=present_offer(offer) if offer else None,
    )


def present_offer(offer: Offer) -> OfferResponse:
    """An offer's terms."""
    return OfferResponse.model_validate(offer)
