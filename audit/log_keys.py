"""The log's public keys, as everybody may hold them: C2SP signed-note verifier keys.

The file begins with the key that the log began with. Whoever trusts that one needs no other.
"""

from __future__ import annotations

import base64

from audit.checkpoint import ED25519, LogKey, note_key_id

PUBLIC_KEY_BYTES = 32


def first_key(origin: str, public_key: bytes) -> str:
    """The text of a file that holds a log's first public key."""
    return verifier_key(origin, public_key) + "\n"


def verifier_key(origin: str, public_key: bytes) -> str:
    """A verifier key: the log's name, the key's id in hex, and the Ed25519 key in base64."""
    encoded = base64.b64encode(ED25519 + public_key).decode()
    return f"{origin}+{note_key_id(origin, public_key).hex()}+{encoded}"


def read_verifier_key(text: str, origin: str) -> bytes:
    """The public key of a verifier key. Raises ValueError unless it is one of this log."""
    name, named, encoded = text.split("+", 2)
    decoded = base64.b64decode(encoded, validate=True)
    public_key = decoded[1:]
    if name != origin or decoded[:1] != ED25519 or len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError("no Ed25519 key of this log")
    if named != note_key_id(origin, public_key).hex():
        raise ValueError("a key under another's id")
    return public_key


def read_log_key(text: str, origin: str) -> LogKey:
    """By which a log is believed. Raises ValueError."""
    return LogKey(origin, read_verifier_key(text.strip(), origin))
