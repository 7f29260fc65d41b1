"""Files made to cost much are refused at once; files that were damaged are read or refused."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.statement_bombs import BOMBS
from loans.sources.readers.refusal import StatementRefused
from loans.sources.readers.statement import read_statement
from tests.support.statement_files import LAYOUTS, LIMITS, trades

MARKS = [b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<table>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
SECONDS = 2.0  # the benchmark holds them to half a second; tests share their processors
FILES = [layout.data(trades(12)) for layout in LAYOUTS if not layout.file.endswith(".pdf")]


@pytest.mark.parametrize("make", BOMBS, ids=lambda make: make.__name__)
def test_bombs(make: Callable[[], bytes]) -> None:
    data = make()
    began = time.process_time()
    with pytest.raises(StatementRefused):
        read_statement(data, "账单", None, LIMITS)
    assert time.process_time() - began < SECONDS


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0), st.sampled_from(FILES))
def test_damaged_files_are_read_or_refused(seed: int, data: bytes) -> None:
    with suppress(StatementRefused):
        read_statement(_damaged(data, random.Random(seed)), "账单", "123456", LIMITS)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<table>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
    ),
)
def test_any_bytes_are_read_or_refused(data: bytes, mark: bytes) -> None:
    with suppress(StatementRefused):
        read_statement(mark + data, "账单", None, LIMITS)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few changed, lost, repeated or put in."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 20))):
        at = chance.randrange(len(found) or 1)
        end = at + chance.choice((1, 4, 60))
        put = chance.choice(
            (b'"', b",", b"\n", b"\x00", b"<", b"\xff", b"9" * 40, bytes(found[at:end]))
        )
        found[at : chance.choice((at, end))] = put
    return bytes(found[: chance.choice((len(found), len(found), chance.randrange(len(found) + 1)))])
