"""The courts' list that this installation asks, if one is set: its address, and the keys."""

from __future__ import annotations

from app.services import Services
from app.signing import public_key_of, signatures_of
from loans.lists.court_client import TAG, CourtListClient
from loans.policy import LoanPolicy
from storage.keyring import Keyring

KEY_PURPOSE = "court list request signing key"


def open_court_list(services: Services) -> CourtListClient | None:
    """What asks the service of the settings; None where none is set, or the policy asks none.

    Raises `storage.keys.roots.RootKeyUnusable`.
    """
    settings, rules = services.settings, services.parts.policy.section(LoanPolicy).court
    if not settings.court_url or rules is None:
        return None
    keyring, public_key = services.parts.keyring, settings.court_public_key
    signatures = signatures_of(keyring, KEY_PURPOSE, public_key, TAG)
    return CourtListClient(settings.court_url, signatures, rules)


def own_public_key(keyring: Keyring) -> str:
    """The key by which the courts' list knows this installation: 32 bytes in base64."""
    return public_key_of(keyring, KEY_PURPOSE)
