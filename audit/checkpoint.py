"""Signed checkpoints: C2SP tlog-checkpoint bodies in C2SP signed notes, Ed25519.

Each carries when it was made and a digest of all checkpoints before it, as extension lines, so
that none can be dropped, replaced or dated otherwise unseen. Checkpoints of the first form have no
such lines; the first one that has them covers those too.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
AT, EARLIER = "at ", "earlier "  # begin the extension lines
NONE_EARLIER = bytes(32)


class CheckpointForged(Exception):
    """A checkpoint that does not say what it should, or whose signature does not verify."""


@dataclass(frozen=True)
class Extension:
    """When a checkpoint was made (`entries.instant`), and the digest of those before it."""

    at: str
    earlier: bytes


@dataclass(frozen=True)
class Checkpoint:
    """The log's size and root hash at one moment; `extension` is None of the first form."""

    origin: str
    size: int
    root: bytes
    extension: Extension | None = None

    def body(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), _base64(self.root)]
        if self.extension is not None:
            lines += [AT + self.extension.at, EARLIER + _base64(self.extension.earlier)]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class RetiredKey:
    """A public key that was replaced; the largest checkpoint it signed covers `until` events."""

    public_key: bytes
    until: int


@dataclass(frozen=True)
class KeyChain:
    """A log's public keys: the one that signs now, and those before it, the oldest first."""

    public_key: bytes
    earlier: tuple[RetiredKey, ...] = ()


class LogKey:
    """By which a log's checkpoints are believed: its name and its public keys."""

    def __init__(self, origin: str, chain: KeyChain) -> None:
        self.origin, self._chain = origin, chain

    @property
    def chain(self) -> KeyChain:
        """The public keys."""
        return self._chain

    @property
    def public_key(self) -> bytes:
        """The one that signs now."""
        return self.chain.public_key

    def read(self, note: str) -> Checkpoint:
        """The checkpoint in `note`. Raises `CheckpointForged` when it is not the log's own.

        Each key is believed for the sizes that it signed: who finds a replaced one can write no
        later checkpoint with it, and who has the present one no earlier.
        """
        chain, size = self.chain, parse_checkpoint(note).size
        signed = (key.public_key for key in chain.earlier if size <= key.until)
        return read_checkpoint(note, self.origin, next(signed, chain.public_key))


class Signer:
    """Signs checkpoints for one log; `key` is a 32-byte Ed25519 seed.

    For the process that sequences the log alone: whoever holds it can write another history.
    """

    def __init__(self, origin: str, key: bytes) -> None:
        self.origin = origin
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, size: int, root: bytes, extension: Extension) -> str:
        """The signed note of a checkpoint."""
        return self.sign_note(Checkpoint(self.origin, size, root, extension).body())

    def sign_note(self, body: str) -> str:
        """Any text as a signed note (C2SP signed-note); `body` ends with a line feed."""
        signature = note_key_id(self.origin, self.public_key) + self._key.sign(body.encode())
        return f"{body}\n— {self.origin} {_base64(signature)}\n"


def parse_checkpoint(note: str) -> Checkpoint:
    """What a note says, whoever signed it. Raises `CheckpointForged` for what is no checkpoint."""
    try:
        text, _ = note.split("\n\n", 1)
        name, size, root, *lines = text.split("\n")
        decoded = base64.b64decode(root, validate=True)
        checkpoint = Checkpoint(name, int(size), decoded, _extension(lines) if lines else None)
    except ValueError as error:
        raise CheckpointForged("not a checkpoint") from error
    if checkpoint.body() != f"{text}\n":
        raise CheckpointForged("not written as checkpoints are")
    return checkpoint


def read_checkpoint(note: str, origin: str, public_key: bytes) -> Checkpoint:
    """The checkpoint in `note`. Raises `CheckpointForged` when it is not the log's own."""
    checkpoint = parse_checkpoint(note)
    if checkpoint.origin != origin:
        raise CheckpointForged("another log")
    verify_note(note, origin, public_key)
    return checkpoint


def verify_note(note: str, origin: str, public_key: bytes) -> str:
    """The text of a signed note. Raises `CheckpointForged` unless this key of the log signed it."""
    try:
        text, signatures = note.split("\n\n", 1)
        signer, encoded = signatures.strip().removeprefix("— ").split(" ")
        signature = base64.b64decode(encoded, validate=True)
        if signer != origin:
            raise CheckpointForged("another log")
        if signature[:4] != note_key_id(origin, public_key):
            raise CheckpointForged("another key")
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature[4:], f"{text}\n".encode())
    except (ValueError, InvalidSignature) as error:
        raise CheckpointForged("signature does not verify") from error
    return text


def next_digest(earlier: bytes, note: str) -> bytes:
    """The digest of the checkpoints up to `note`, from that of those before it."""
    return hashlib.sha256(earlier + note.encode()).digest()


def _extension(lines: list[str]) -> Extension:
    at, earlier = lines
    if not (at.startswith(AT) and earlier.startswith(EARLIER)):
        raise ValueError("an unknown line")
    digest = base64.b64decode(earlier.removeprefix(EARLIER), validate=True)
    return Extension(at.removeprefix(AT), digest)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def note_key_id(name: str, public_key: bytes) -> bytes:
    """The four bytes by which a signed note names an Ed25519 key (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]
