"""Who may borrow."""

from __future__ import annotations

from core.errors import Refused
from kyc.identity import VerifiedIdentity, verified_identity
from storage.context import Context


class IdentityNotVerified(Refused):
    """The owner has no approved onboarding."""

    code = "identity_not_verified"


def borrower(context: Context) -> VerifiedIdentity:
    """The actor's verified identity. Raises `IdentityNotVerified`."""
    identity = verified_identity(context, context.actor.uuid)
    if identity is None:
        raise IdentityNotVerified
    return identity
