"""The one place where an owner's confirmation of an agreement is checked and used up."""

from __future__ import annotations

from uuid import UUID

from kyc.verification.states import Means, VerificationPurpose
from kyc.verification.verify import consume_verification, means_of
from loans.terms.contract import Confirmation
from storage.context import Context

_BY = {Means.VOICE: Confirmation.VOICE, Means.FACE: Confirmation.FACE}


def confirm(
    context: Context, verification_id: UUID | None, purpose: VerificationPurpose
) -> Confirmation:
    """Use up the actor's verification for a purpose; by what they were recognised.

    Raises `privacy.consents.ConsentMissing`, and of `kyc.verification.verify` `VerifiedByPerson`
    and `OwnerUnverified`.
    """
    return _BY[consume_verification(context, verification_id, purpose)]


def confirmed_by(context: Context, verification_id: UUID | None) -> Confirmation:
    """By what an owner was recognised who confirmed before; by voice, where nothing says more."""
    means = Means.VOICE if verification_id is None else means_of(context, verification_id)
    return _BY[means]
