"""The service of records that this installation asks, if one is set: its address, and the keys."""

from __future__ import annotations

from app.services import Services
from app.signing import public_key_of, signatures_of
from loans.policy import LoanPolicy
from loans.sources.record_client import TAG, RecordClient
from storage.keyring import Keyring

KEY_PURPOSE = "records request signing key"


def open_record_client(services: Services) -> RecordClient | None:
    """What asks the service of the settings; None where none is set.

    Raises `storage.keys.roots.RootKeyUnusable`.
    """
    settings = services.settings
    if not settings.records_url:
        return None
    keyring, public_key = services.parts.keyring, settings.records_public_key
    signatures = signatures_of(keyring, KEY_PURPOSE, public_key, TAG)
    rules = services.parts.policy.section(LoanPolicy).known_by.records
    return RecordClient(settings.records_url, signatures, rules)


def own_public_key(keyring: Keyring) -> str:
    """The key by which a service of records knows this installation: 32 bytes in base64."""
    return public_key_of(keyring, KEY_PURPOSE)
