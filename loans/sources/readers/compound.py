"""Compound files ([MS-CFB]), in which XLS workbooks are kept: what a library would fall over.

The library that reads XLS follows chains of sectors without counting and reserves the room that a
sheet says it takes: a chain that runs in a circle takes all memory. Both are checked before.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator

from loans.sources.readers.refusal import RefusalCode, StatementRefused

HEADER = 512
FIRST_SPECIAL = 0xFFFFFFFA  # from here up, a number stands for no sector: [MS-CFB] 2.1
IN_HEADER = 109  # numbers of sectors with the allocation table that the header holds
NAMES = {"workbook", "book"}
ENTRY = 128  # bytes of a directory entry
BEGINS, DIMENSIONS = 0x0809, 0x0200  # records of [MS-XLS]
CELLS = {0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD}
SEVERAL_CELLS = {0x00BD, 0x00BE}


def check_workbook(data: bytes, max_cells: int) -> None:
    """Raises `StatementRefused` for a compound file that is broken or circular, or whose sheets
    take more than `max_cells` between their corners."""
    try:
        stream = _workbook(data)
    except (struct.error, IndexError, ValueError) as error:
        raise StatementRefused(RefusalCode.BROKEN) from error
    if any(cells > max_cells for cells in _rectangles(stream)):
        raise StatementRefused(RefusalCode.TOO_LARGE)


def _workbook(data: bytes) -> bytes:
    """The stream with the workbook. Raises `ValueError` for chains that do not end."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise ValueError("no size of sectors that there is")
    tables, first_directory, _, cutoff, first_mini, _, first_more, _ = struct.unpack_from(
        "<8I", data, 44
    )
    sectors = _Sectors(data, 1 << shift)
    listed = list(struct.unpack_from(f"<{IN_HEADER}I", data, 76))
    table = _allocation(sectors, listed, first_more, tables)
    _check_chains(table, sectors.count)
    directory = sectors.chain(first_directory, table)
    mini = (
        array("I", sectors.chain(first_mini, table)) if first_mini < FIRST_SPECIAL else array("I")
    )
    _check_chains(mini, len(mini))
    root = _entry(directory, 0)
    for at in range(len(directory) // ENTRY):
        name, start, size = _entry(directory, at)
        if name in NAMES:
            if size >= cutoff:
                return sectors.chain(start, table)[:size]
            small = _Sectors(b"\0" * 64 + sectors.chain(root[1], table), 1 << mini_shift)
            return small.chain(start, mini)[:size]
    raise ValueError("no workbook")


class _Sectors:
    """A file in pieces of one size, numbered from the second piece on."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data = data
        self.size = size
        self.count = len(data) // size

    def __getitem__(self, number: int) -> bytes:
        piece = self.data[(number + 1) * self.size : (number + 2) * self.size]
        if not piece:
            raise ValueError("a sector that is not there")
        return piece

    def chain(self, start: int, table: array[int]) -> bytes:
        """What the sectors of a chain hold, of which there is no circle."""
        found = []
        while start < FIRST_SPECIAL:
            found.append(self[start])
            start = table[start]
        return b"".join(found)


def _allocation(sectors: _Sectors, first: list[int], more: int, tables: int) -> array[int]:
    """The table that says which sector follows which; it lies in so many sectors."""
    numbers = list(first)
    for _ in range(sectors.count):
        if more >= FIRST_SPECIAL:
            break
        *listed, more = struct.unpack(f"<{sectors.size // 4}I", sectors[more])
        numbers += listed
    if tables > sectors.count:
        raise ValueError("more tables than sectors")
    return array("I", b"".join(sectors[number] for number in numbers[:tables]))


def _check_chains(table: array[int], count: int) -> None:
    """Raises `ValueError` where following the table does not end."""
    ended = bytearray(len(table))  # 1: on the way, 2: known to end
    for start in range(len(table)):
        way, at = [], start
        while at < FIRST_SPECIAL and at < len(table) and not ended[at]:
            ended[at] = 1
            way.append(at)
            at = table[at]
        if at < FIRST_SPECIAL and (at >= len(table) or at > count or ended[at] == 1):
            raise ValueError("a chain that does not end")
        for passed in way:
            ended[passed] = 2


def _entry(directory: bytes, at: int) -> tuple[str, int, int]:
    """The name of a directory entry, its first sector and its size."""
    entry = directory[at * ENTRY : (at + 1) * ENTRY]
    length = min(struct.unpack_from("<H", entry, 64)[0], 64)
    name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace").lower()
    start, size = struct.unpack_from("<II", entry, 116)
    return name, start, size


def _rectangles(stream: bytes) -> Iterator[int]:
    """How many cells lie between the corners of each sheet."""
    rows = columns = 0
    for kind, start, length in _records(stream):
        if kind == BEGINS:
            rows = columns = 0
        elif kind == DIMENSIONS and length >= 12:
            first, last, left, right = struct.unpack_from("<IIHH", stream, start)
            rows, columns = max(rows, last - first + 1), max(columns, right - left + 1)
        elif kind in CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, start)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind in SEVERAL_CELLS and length >= 6:
            row = struct.unpack_from("<H", stream, start)[0]
            column = struct.unpack_from("<H", stream, start + length - 2)[0]
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        yield rows * columns


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, first byte and length of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            return
        yield kind, at + 4, length
        at += 4 + length
