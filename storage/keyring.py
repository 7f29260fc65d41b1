"""Keys: data keys, one an owner, wrapped by a root key; keys derived from it for other uses.

Everything wrapped or sealed names the key that it needs by a short key id, so that a root can be
replaced while values under the old one still open.
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32
KEY_ID_BYTES = 4
WRAPPED = b"\x00KK\x01"  # before a wrapped data key that names its root


class SealBroken(Exception):
    """A sealed value was changed, moved, or sealed under another key."""


class KeyOwner(Protocol):
    """A row whose values are sealed under a data key of its own."""

    @property
    def id(self) -> UUID:
        """The owner's id, which the wrapping is bound to."""

    @property
    def data_key(self) -> bytes:
        """The wrapped data key."""


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


class Keyring:
    """The root key of 32 bytes and what is derived from it."""

    def __init__(self, root: bytes) -> None:
        if len(root) != KEY_BYTES:
            raise ValueError("a root key has 32 bytes")
        self._root = root
        self._wrapping = DataKey(self.derived_key("kaihu data keys"))

    def new_data_key(self, owner: UUID) -> bytes:
        """A fresh data key, wrapped for its owner."""
        wrapped = self._wrapping.encrypt(AESGCM.generate_key(256), self._binding(owner))
        return WRAPPED + self._wrapping.key_id + wrapped

    def data_key(self, owner: KeyOwner) -> DataKey:
        """An owner's data key. Raises `SealBroken` when it was wrapped for another or changed."""
        wrapped = owner.data_key
        if wrapped.startswith(WRAPPED + self._wrapping.key_id):
            content = wrapped[len(WRAPPED) + KEY_ID_BYTES :]
            return DataKey(self._wrapping.decrypt(content, self._binding(owner.id)))
        # Wrapped before wrappings named their root (2026-11-28).
        return DataKey(self._wrapping.decrypt(wrapped, f"data key:{owner.id}".encode()))

    def derived_key(self, purpose: str) -> bytes:
        """32 bytes for one purpose (HKDF-SHA256, RFC 5869)."""
        derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
        return derivation.derive(self._root)

    def _binding(self, owner: UUID) -> bytes:
        return f"data key:{owner}:{self._wrapping.key_id.hex()}".encode()


def key_id(key: bytes) -> bytes:
    """Four bytes that name a key and say nothing of it."""
    return hashlib.sha256(b"kaihu key id\x00" + key).digest()[:KEY_ID_BYTES]


def load_root_key(path: Path) -> bytes:
    """The root key in `path`, made on first use and readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_text("ascii"))
    key = os.urandom(KEY_BYTES)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(key).decode())
    return key
