"""Compound files whose chains run in circles end no process."""

from __future__ import annotations

import struct

import pytest

from loans.sources.readers.compound import check_workbook
from loans.sources.readers.refusal import RefusalCode, StatementRefused

SECTOR, END, FREE = 512, 0xFFFFFFFE, 0xFFFFFFFF


def compound(stream: bytes, next_of_last: int = END) -> bytes:
    """A compound file with one stream, `Workbook`; where its chain leads after its last sector."""
    sectors = max(-(-len(stream) // SECTOR), 8)
    header = bytearray(SECTOR)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<8I", header, 44, 1, 1, 0, 4_096, END, 0, END, 0)
    struct.pack_into("<109I", header, 76, 0, *[FREE] * 108)
    chain = [*range(3, 2 + sectors), next_of_last]
    table = struct.pack("<128I", 0xFFFFFFFD, END, *chain, *[FREE] * (126 - sectors))
    root = entry("Root Entry", END, 0)
    book = entry("Workbook", 2, sectors * SECTOR)
    directory = (root + book).ljust(SECTOR, b"\0")
    return bytes(header) + table + directory + stream.ljust(sectors * SECTOR, b"\0")


def entry(name: str, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<H", len(text) + 2)
    return head.ljust(116, b"\0") + struct.pack("<III", start, size, 0)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def number(row: int, column: int) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


def test_a_small_sheet_passes() -> None:
    check_workbook(compound(number(0, 0) + number(10, 10)), 1_000)


@pytest.mark.parametrize(
    "stream",
    [
        number(0, 0) + number(65_535, 255),
        record(0x0200, struct.pack("<IIHHH", 0, 1_000_000, 0, 200, 0)),
        record(0x00BD, struct.pack("<HH", 60_000, 0) + bytes(6) + struct.pack("<H", 200)),
    ],
)
def test_a_sheet_with_far_corners_is_refused(stream: bytes) -> None:
    with pytest.raises(StatementRefused) as caught:
        check_workbook(compound(stream), 1_000_000)
    assert caught.value.code is RefusalCode.TOO_LARGE


@pytest.mark.parametrize("following", [2, 5, 9, 100, 0x00FFFFFF])
def test_a_circle_or_a_chain_to_nowhere_is_refused(following: int) -> None:
    with pytest.raises(StatementRefused) as caught:
        check_workbook(compound(number(0, 0), following), 1_000)
    assert caught.value.code is RefusalCode.BROKEN
