"""The one place where an owner's confirmation of an agreement is checked and used up."""

from __future__ import annotations

from uuid import UUID

from kyc.verification.states import VerificationPurpose
from kyc.verification.voice import consume_verification
from loans.terms.contract import Confirmation
from storage.context import Context


def confirm(
    context: Context, verification_id: UUID | None, purpose: VerificationPurpose
) -> Confirmation:
    """Use up the actor's verification for a purpose; by what they were recognised.

    Raises `privacy.consents.ConsentMissing`, `kyc.verification.voice.VoiceUnverified`.
    """
    consume_verification(context, verification_id, purpose)
    return Confirmation.VOICE
