"""Sealed values: AES-256-GCM under a data key per applicant, wrapped by the master key.

The associated data binds a ciphertext to the place it belongs (`applicants.phone:<id>`), so that
a value moved to another row or column does not open. Look-ups go through keyed blind indexes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


class SealBroken(Exception):
    """A sealed value was changed, moved, or sealed under another key."""


class Vault:
    """Seals, opens and blinds values under one master key of 32 bytes."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError("the master key has 32 bytes")
        self._wrapping = AESGCM(_derive(master_key, b"kaihu data keys"))
        self._blinding = _derive(master_key, b"kaihu blind indexes")
        self._master = master_key

    def new_data_key(self, owner: object) -> bytes:
        return _seal(self._wrapping, AESGCM.generate_key(256), f"data key:{owner}")

    def seal(self, wrapped_key: bytes, owner: object, plaintext: bytes, binding: str) -> bytes:
        return _seal(self._data_key(wrapped_key, owner), plaintext, binding)

    def open(self, wrapped_key: bytes, owner: object, sealed: bytes, binding: str) -> bytes:
        """Raises `SealBroken` when the value is not the one that was sealed for `binding`."""
        return _open(self._data_key(wrapped_key, owner), sealed, binding)

    def blind(self, purpose: str, value: str) -> str:
        """A keyed index of a value: equal values meet, nobody without the key can guess them."""
        text = "".join(unicodedata.normalize("NFKC", value).split()).casefold()
        return hmac.new(self._blinding, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()

    def derived_key(self, purpose: str) -> bytes:
        return _derive(self._master, purpose.encode())

    def _data_key(self, wrapped_key: bytes, owner: object) -> AESGCM:
        return AESGCM(_open(self._wrapping, wrapped_key, f"data key:{owner}"))


def load_master_key(path: Path) -> bytes:
    """The master key in `path`, made on first use and readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_text("ascii"))
    key = os.urandom(KEY_BYTES)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(key).decode())
    return key


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master_key)


def _seal(key: AESGCM, plaintext: bytes, binding: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, plaintext, binding.encode())


def _open(key: AESGCM, sealed: bytes, binding: str) -> bytes:
    try:
        return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding.encode())
    except InvalidTag as error:
        raise SealBroken(binding) from error
