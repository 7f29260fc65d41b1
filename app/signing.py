"""The keys that sign what this installation asks of other parties, one a kind of service."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from loans.calls.signatures import Signatures
from storage.keyring import Keyring


def signatures_of(keyring: Keyring, purpose: str, public_key: str, tag: str) -> Signatures:
    """Signs by the own key of a purpose, and believes the other party's, given in base64."""
    other = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
    return Signatures(_own_key(keyring, purpose), other, tag)


def public_key_of(keyring: Keyring, purpose: str) -> str:
    """The own key of a purpose, as another party knows it: 32 bytes in base64."""
    public = _own_key(keyring, purpose).public_key()
    return base64.b64encode(public.public_bytes_raw()).decode()


def _own_key(keyring: Keyring, purpose: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyring.derived_key(purpose))
