"""A log's keys: each names its successor, and is believed for what it signed alone."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from audit.checkpoint import CheckpointForged, Extension, KeyChain, LogKey, RetiredKey, Signer
from audit.log_keys import (
    FollowedLogKey,
    announced,
    first_key,
    read_chain,
    read_verifier_key,
    verifier_key,
)

ORIGIN = "kaihu.test/audit"
FIRST, SECOND, THIRD = (Signer(ORIGIN, bytes([number]) * 32) for number in range(3))
EXTENSION = Extension("2026-11-28T08:00:00.000000Z", bytes(32))
TEXT = announced(
    announced(first_key(ORIGIN, FIRST.public_key), FIRST, 10, SECOND.public_key),
    SECOND,
    25,
    THIRD.public_key,
)


def note(signer: Signer, size: int) -> str:
    return signer.sign(size, bytes(32), EXTENSION)


def test_a_verifier_key_is_of_its_log() -> None:
    text = verifier_key(ORIGIN, FIRST.public_key)
    assert read_verifier_key(text, ORIGIN) == FIRST.public_key
    name, named, encoded = text.split("+", 2)
    assert (name, len(named)) == (ORIGIN, 8)
    assert base64.b64decode(encoded) == b"\x01" + FIRST.public_key
    with pytest.raises(ValueError, match="this log"):
        read_verifier_key(text, "another/log")
    with pytest.raises(ValueError, match="another's id"):
        read_verifier_key(f"{ORIGIN}+00000000+{encoded}", ORIGIN)


def test_whoever_trusts_the_first_key_follows_to_the_last() -> None:
    chain = read_chain(TEXT, ORIGIN)
    retired = (RetiredKey(FIRST.public_key, 10), RetiredKey(SECOND.public_key, 25))
    assert chain == KeyChain(THIRD.public_key, retired)


def test_a_key_is_believed_for_the_sizes_that_it_signed() -> None:
    key = LogKey(ORIGIN, read_chain(TEXT, ORIGIN))
    for signer, size in ((FIRST, 1), (FIRST, 10), (SECOND, 11), (SECOND, 25), (THIRD, 26)):
        assert key.read(note(signer, size)).size == size
    for signer, size in ((FIRST, 11), (FIRST, 26), (SECOND, 10), (SECOND, 26), (THIRD, 25)):
        with pytest.raises(CheckpointForged, match="another key"):
            key.read(note(signer, size))


def test_an_announcement_is_no_checkpoint() -> None:
    announcement = TEXT.split("\n", 2)[2]
    with pytest.raises(CheckpointForged):
        LogKey(ORIGIN, KeyChain(FIRST.public_key)).read(announcement)


@pytest.mark.parametrize(
    "text",
    [
        "",
        announced(first_key(ORIGIN, FIRST.public_key), THIRD, 10, SECOND.public_key),  # a stranger
        TEXT.replace("\n10\n", "\n11\n"),
        TEXT.rsplit("\n\n", 1)[0],
        announced(
            announced(first_key(ORIGIN, FIRST.public_key), FIRST, 10, SECOND.public_key),
            SECOND,
            9,
            THIRD.public_key,
        ),
    ],
)
def test_a_chain_that_does_not_hold_is_refused(text: str) -> None:
    with pytest.raises((ValueError, CheckpointForged)):
        read_chain(text, ORIGIN)


def test_a_process_follows_the_file_and_keeps_what_it_knew(tmp_path: Path) -> None:
    path = tmp_path / "log.pub"
    path.write_text(first_key(ORIGIN, FIRST.public_key))
    key = FollowedLogKey(ORIGIN, path)
    assert key.public_key == FIRST.public_key
    path.write_text(TEXT)
    assert key.public_key == THIRD.public_key
    path.write_text("damaged")
    assert key.public_key == THIRD.public_key
    assert key.read(note(SECOND, 20)).size == 20
