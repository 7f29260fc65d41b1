"""Signed checkpoints: C2SP tlog-checkpoint bodies in C2SP signed notes, Ed25519."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"


class CheckpointForged(Exception):
    """A checkpoint whose signature does not verify under the log's public key."""


@dataclass(frozen=True)
class Checkpoint:
    """The log's size and root hash at one moment."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class LogKey:
    """By which a log's checkpoints are believed: its name and the public key that signs now."""

    origin: str
    public_key: bytes

    def read(self, note: str) -> Checkpoint:
        """The checkpoint in `note`. Raises `CheckpointForged` when it is not the log's own."""
        return read_checkpoint(note, self.origin, self.public_key)


class Signer:
    """Signs checkpoints for one log; `key` is a 32-byte Ed25519 seed.

    For the process that sequences the log alone: whoever holds it can write another history.
    """

    def __init__(self, origin: str, key: bytes) -> None:
        self.origin = origin
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, size: int, root: bytes) -> str:
        """The signed note of a checkpoint."""
        body = Checkpoint(self.origin, size, root).body()
        signature = note_key_id(self.origin, self.public_key) + self._key.sign(body.encode())
        return f"{body}\n— {self.origin} {base64.b64encode(signature).decode()}\n"


def read_checkpoint(note: str, origin: str, public_key: bytes) -> Checkpoint:
    """The checkpoint in `note`. Raises `CheckpointForged` when it is not the log's own."""
    try:
        text, signatures = note.split("\n\n", 1)
        name, size, root = text.split("\n")
        signer, encoded = signatures.strip().removeprefix("— ").split(" ")
        signature = base64.b64decode(encoded, validate=True)
        if name != origin or signer != origin or signature[:4] != note_key_id(origin, public_key):
            raise CheckpointForged("another log or key")
        checkpoint = Checkpoint(name, int(size), base64.b64decode(root, validate=True))
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature[4:], checkpoint.body().encode())
    except (ValueError, InvalidSignature) as error:
        raise CheckpointForged("signature does not verify") from error
    return checkpoint


def note_key_id(name: str, public_key: bytes) -> bytes:
    """The four bytes by which a signed note names an Ed25519 key (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]
