"""A signed checkpoint is believed under its own log's name and key alone."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import CheckpointForged, Extension, Signer, read_checkpoint

ORIGIN = "kaihu.test/audit"
SIGNER = Signer(ORIGIN, bytes(32))
EXTENSION = Extension("2026-11-28T04:00:00.000000Z", bytes(32))
NOTE = SIGNER.sign(7, b"r" * 32, EXTENSION)
STRANGER = Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def test_a_checkpoint_says_what_was_signed() -> None:
    checkpoint = read_checkpoint(NOTE, ORIGIN, SIGNER.public_key)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 7, b"r" * 32)
    assert checkpoint.extension == EXTENSION
    assert NOTE.startswith(checkpoint.body())


@pytest.mark.parametrize(
    ("note", "origin", "key"),
    [
        (NOTE.replace("\n7\n", "\n8\n"), ORIGIN, SIGNER.public_key),
        (NOTE.replace("\n7\n", "\nseven\n"), ORIGIN, SIGNER.public_key),
        (NOTE, "another/log", SIGNER.public_key),
        (NOTE, ORIGIN, STRANGER),
        (NOTE.replace("04:00", "05:00"), ORIGIN, SIGNER.public_key),
        (NOTE.replace("earlier ", "before "), ORIGIN, SIGNER.public_key),
        (NOTE.replace("\n7\n", "\n07\n"), ORIGIN, SIGNER.public_key),
        (NOTE[:-20], ORIGIN, SIGNER.public_key),
        ("nonsense", ORIGIN, SIGNER.public_key),
        ("", ORIGIN, SIGNER.public_key),
    ],
    ids=[
        *("another size", "a size in words", "another log", "another key", "another time"),
        *("another extension", "a padded size", "cut off", "nonsense", "nothing"),
    ],
)
def test_what_the_log_did_not_sign_is_forged(note: str, origin: str, key: bytes) -> None:
    with pytest.raises(CheckpointForged):
        read_checkpoint(note, origin, key)
