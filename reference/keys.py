"""A service's own Ed25519 key, made at its first start, and the public keys of those who may ask.

A public key is written as its 32 bytes in base64.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


class KeyFileDamaged(Exception):
    """A file of keys that cannot be read; the text says which and where."""


def open_own_key(folder: Path, name: str) -> Ed25519PrivateKey:
    """The key in a file of a folder, made if there is none.

    Raises `KeyFileDamaged`.
    """
    folder.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        _write(path, Ed25519PrivateKey.generate().private_bytes_raw())
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text("ascii")))
    except ValueError as error:
        raise KeyFileDamaged(f"{path} holds no key") from error


def read_public_keys(path: Path) -> dict[str, Ed25519PublicKey]:
    """The keys of a file by name. Raises `KeyFileDamaged`, FileNotFoundError."""
    keys: dict[str, Ed25519PublicKey] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        try:
            name, text = line.split()
            keys[name] = public_key(text)
        except ValueError as error:
            raise KeyFileDamaged(f"{path}, line {number}: NAME and a key in base64") from error
    return keys


def public_key(text: str) -> Ed25519PublicKey:
    """The public key of a text. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def public_text(key: Ed25519PublicKey) -> str:
    """The text of a public key."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def _write(path: Path, content: bytes) -> None:
    """Put a whole file in its place at once, so that a reader finds all of it or none."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE), "wb") as f:
        f.write(base64.b64encode(content) + b"\n")
        f.flush()
        os.fsync(f.fileno())
    partial.replace(path)
