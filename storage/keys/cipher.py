"""AES-256-GCM under one key, which a short id names."""

from __future__ import annotations

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32
KEY_ID_BYTES = 4


class SealBroken(Exception):
    """A sealed value was changed, moved, sealed under another key, or its key was destroyed."""


class DataKey:
    """An AES-256-GCM key, unwrapped, and its id."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.key_id = key_id(key)

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plaintext, associated_data)

    def decrypt(self, sealed: bytes, associated_data: bytes) -> bytes:
        """Raises `SealBroken` unless these bytes were sealed by this key for that data."""
        try:
            nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            return self._cipher.decrypt(nonce, ciphertext, associated_data)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(associated_data.decode()) from error


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose from another key (HKDF-SHA256, RFC 5869)."""
    derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
    return derivation.derive(key)


def new_key() -> bytes:
    """A random key of 32 bytes."""
    return os.urandom(KEY_BYTES)


def key_id(key: bytes) -> bytes:
    """Four bytes that name a key and say nothing of it."""
    return hashlib.sha256(b"kaihu key id\x00" + key).digest()[:KEY_ID_BYTES]
