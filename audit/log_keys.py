"""The log's public keys, as everybody may hold them: C2SP signed-note verifier keys.

The file begins with the key that the log began with. Whoever trusts that one needs no other: each
later key is named in a note that the one before it signed, with the size up to which that one
signed.
"""

from __future__ import annotations

import base64
from pathlib import Path

import structlog

from audit.checkpoint import (
    ED25519,
    CheckpointForged,
    KeyChain,
    LogKey,
    RetiredKey,
    Signer,
    note_key_id,
    verify_note,
)

log = structlog.get_logger()

PUBLIC_KEY_BYTES = 32
NEXT_KEY = " next key"


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


def announcement(signer: Signer, until: int, successor: bytes) -> str:
    """A note by which the present key names its successor, from which size on it signs.

    It is no checkpoint: its first line is not the log's name alone.
    """
    body = f"{signer.origin}{NEXT_KEY}\n{until}\n{verifier_key(signer.origin, successor)}\n"
    return signer.sign_note(body)


def announced(text: str, signer: Signer, until: int, successor: bytes) -> str:
    """The text of a file of keys with one more."""
    return f"{text}\n{announcement(signer, until, successor)}"


def read_chain(text: str, origin: str) -> KeyChain:
    """Every public key of a log, from the first by what each says of its successor.

    Raises ValueError, `CheckpointForged` for a file that does not hold together.
    """
    first, *blocks = text.strip().split("\n\n")
    if len(blocks) % 2:
        raise ValueError("a note without its signature")
    chain = KeyChain(read_verifier_key(first, origin))
    for body, signature in zip(blocks[::2], blocks[1::2], strict=True):
        note = verify_note(f"{body}\n\n{signature}\n", origin, chain.public_key)
        title, until, successor = note.split("\n")
        if title != f"{origin}{NEXT_KEY}":
            raise ValueError("not an announcement")
        before = chain.earlier[-1].until if chain.earlier else 0
        if int(until) < before:
            raise ValueError("keys out of order")
        retired = RetiredKey(chain.public_key, int(until))
        chain = KeyChain(read_verifier_key(successor, origin), (*chain.earlier, retired))
    return chain


class FollowedLogKey(LogKey):
    """The keys in a file, read again when it was replaced.

    Raises ValueError, OSError, `CheckpointForged` at the start; a file that is damaged later leaves
    what was known.
    """

    def __init__(self, origin: str, path: Path) -> None:
        self._path, self._stamp = path, _stamp(path)
        super().__init__(origin, read_chain(self.text(), origin))

    def text(self) -> str:
        """The file as everybody may have it."""
        return self._path.read_text("utf-8")

    @property
    def chain(self) -> KeyChain:
        """The public keys, as they are now."""
        try:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._stamp = stamp
                self._chain = read_chain(self.text(), self.origin)
        except (OSError, ValueError, CheckpointForged):
            log.exception("public keys of the log damaged")
        return self._chain


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
