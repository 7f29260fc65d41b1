"""A voice verification, for two audiences: what an agent is told never reaches the phone."""

from __future__ import annotations

from app.messages.words import Words
from app.schemas.voice_verifications import VoiceVerificationResponse
from kyc.verification.models import VoiceVerification


def present_to_owner(row: VoiceVerification, words: Words) -> VoiceVerificationResponse:
    """The owner's own verification: whoever holds the phone reads it."""
    return _present(row, words.advice(row.reasons or []))


def present_to_agent(row: VoiceVerification, words: Words) -> VoiceVerificationResponse:
    """A caller's verification, with what customer service should do."""
    return _present(row, words.agent_advice(row.reasons or []))


def _present(row: VoiceVerification, advice: list[str]) -> VoiceVerificationResponse:
    return VoiceVerificationResponse(
        id=row.id,
        digits=row.digits,
        state=row.state,
        advice=advice,
        expires_at=row.expires_at,
    )
