"""A verification, for two audiences: what an agent is told never reaches the phone."""

from __future__ import annotations

from app.messages.words import Words
from app.schemas.verifications import CallerVerificationResponse, OwnVerificationResponse
from kyc.verification.models import Verification


def present_to_owner(row: Verification, words: Words) -> OwnVerificationResponse:
    """The owner's own verification: whoever holds the phone reads it."""
    return OwnVerificationResponse(
        id=row.id,
        means=row.means,
        digits=row.digits,
        asked=row.cues,
        state=row.state,
        advice=words.advice(row.reasons or []),
        expires_at=row.expires_at,
    )


def present_to_agent(row: Verification, words: Words) -> CallerVerificationResponse:
    """A caller's verification, with what customer service should do."""
    return CallerVerificationResponse(
        id=row.id,
        digits=row.digits or "",
        state=row.state,
        advice=words.agent_advice(row.reasons or []),
        expires_at=row.expires_at,
    )
