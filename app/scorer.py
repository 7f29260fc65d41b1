"""The risk scorers that this installation asks: their addresses, and the keys of both sides."""

from __future__ import annotations

from app.services import Services
from app.signing import public_key_of, signatures_of
from loans.credit.scorer import Scorers
from loans.credit.scorer_client import TAG, ScorerClient
from loans.policy import LoanPolicy
from storage.keyring import Keyring

KEY_PURPOSE = "scorer request signing key"


class ScorerUnset(Exception):
    """No risk scorer is set: `kaihu serve` starts the reference scorer where none is."""


def open_scorers(services: Services) -> Scorers:
    """The scorer that decides, and the one in the shadow if one is set.

    Raises as `open_scorer` does.
    """
    settings = services.settings
    shadow = None
    if settings.shadow_scorer_url:
        shadow = _client(services, settings.shadow_scorer_url, settings.shadow_scorer_public_key)
    return Scorers(open_scorer(services), shadow)


def open_scorer(services: Services) -> ScorerClient:
    """What asks the scorer of the settings; for a process that asks it.

    Raises `ScorerUnset`, `storage.keys.roots.RootKeyUnusable`.
    """
    settings = services.settings
    if not settings.scorer_url:
        raise ScorerUnset("set KAIHU_SCORER_URL and KAIHU_SCORER_PUBLIC_KEY")
    return _client(services, settings.scorer_url, settings.scorer_public_key)


def own_public_key(keyring: Keyring) -> str:
    """The key by which a scorer knows this installation: 32 bytes in base64."""
    return public_key_of(keyring, KEY_PURPOSE)


def _client(services: Services, url: str, public_key: str) -> ScorerClient:
    signatures = signatures_of(services.parts.keyring, KEY_PURPOSE, public_key, TAG)
    return ScorerClient(url, signatures, services.parts.policy.section(LoanPolicy).scorer)
