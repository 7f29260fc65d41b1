"""Reads a statement of account: any file in, a whole `Statement` out, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from loans.sources.readers.balances import breaks, chained, signed_by_balance
from loans.sources.readers.containers import tables_of
from loans.sources.readers.direction import Sign
from loans.sources.readers.duplicates import marked
from loans.sources.readers.header import (
    MAX_COLUMNS,
    Header,
    header_of,
    joined_header,
    under_groups,
)
from loans.sources.readers.layout import SAMPLE, TRADES, Unclear, resolved
from loans.sources.readers.legend import legend_of
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.notes import (
    MAX_NOTES,
    Note,
    account_in_notes,
    account_of,
    note_of,
    opening_of,
    owner_of,
    period_of,
    publisher_of,
    tail_of,
    year_and_month,
)
from loans.sources.readers.reading import RowReader
from loans.sources.readers.records import Record, Table, words_of
from loans.sources.readers.refusal import RefusalCode, RowReason, StatementRefused
from loans.sources.readers.source import Source
from loans.sources.readers.split_days import whole_days
from loans.sources.readers.totals import Summed, Sums, totals_off
from loans.sources.readers.vocabulary import vocabulary
from loans.sources.rows import AccountKind, RefusedRow, Row, Statement

SAYS_MORE = re.compile(r"[:：\d]")  # a line that is more than a title
MAX_BLOCKS = 2_000  # headers; a PDF has one a page
LATEST_HEADER = 500  # records in which a header is looked for
NEAR_ENOUGH = 100  # records among which the one most like a header is named
ENOUGH = 2_000  # records that are no rows by which a file is known not to be read


def read_statement(
    data: bytes | Path, name: str, password: str | None, limits: StatementLimits
) -> Statement:
    """The statement in a file: its bytes, or the path of a file that is read piece by piece.

    `name` is what its sender calls the file: it may name the publisher; it tells no format.
    A row that cannot be read is in `refused` with its line. Raises `StatementRefused`; then nothing
    may be kept.
    """
    reading = _Reading(name, limits)
    for table in tables_of(Source(data), name, password, limits):
        reading.take(table)
    return reading.statement()


@dataclass
class _Block:
    """The rows under one header."""

    reader: RowReader
    table: int
    rows: list[Row] = field(default_factory=list)


class _Reading:
    """What was read of a file so far."""

    def __init__(self, name: str, limits: StatementLimits) -> None:
        self.name = name
        self.limits = limits
        self.notes: list[Note] = []
        self.blocks: list[_Block] = []
        self.refused: list[RefusedRow] = []
        self.incomplete: Header | None = None
        self.summary: Header | None = None  # of a table that sums trades up
        self.nearest: tuple[int, int | None, tuple[str, ...]] = (-1, None, ())
        self.tables = 0
        self.accounts: tuple[str | None, str | None] = (None, None)  # owner, last digits
        self.count = 0  # rows
        self.others = 0  # records that are no rows

    def take(self, table: Table) -> None:
        """Reads all records of a table."""
        self.tables += 1
        records = whole_days(table.records)
        before: Record | None = None
        reader: RowReader | None = None
        cut: RefusedRow | None = None  # the last record, where it lacks cells
        while (record := next(records, None)) is not None:
            found = reader.read(*record) if reader is not None else None
            if isinstance(found, Row):
                if reader is not None and not self.blocks[-1].rows:
                    self._name_account(*reader.account_of(record[1]))
                self._keep(found)
                before = cut = None
                continue
            header = _header(record, before, joined=reader is None)
            if reader is not None and self._repeats(header):
                self._add_block(self.blocks[-1].reader)
            elif header is not None and not header.missing:
                reader, records = self._begin(header, records, table)
            elif found is not None and header is None:
                self._refuse(found)
                cut = found
            else:
                self._note(record, header, reader is not None)
            before = record
        if table.ragged and cut is not None and cut.reason == RowReason.CELLS_MISSING:
            self.refused[-1] = RefusedRow(cut.line, RowReason.CUT_OFF)

    def _name_account(self, owner: str | None, tail: str | None) -> None:
        self.accounts = (self.accounts[0] or owner, self.accounts[1] or tail)

    def _repeats(self, header: Header | None) -> bool:
        """Whether a header is that of the page before: what stands under it is read alike."""
        if header is None or not self.blocks:
            return False
        block = self.blocks[-1]
        same = block.table == self.tables and header.names == block.reader.layout.header.names
        return same and bool(block.rows)

    def _add_block(self, reader: RowReader) -> None:
        if len(self.blocks) == MAX_BLOCKS:
            raise StatementRefused(RefusalCode.TOO_LARGE)
        self.blocks.append(_Block(reader, self.tables))

    def _begin(
        self, header: Header, records: Iterator[Record], table: Table
    ) -> tuple[RowReader | None, Iterator[Record]]:
        """A new block; no reader where the table sums up what stands in others.

        Raises `StatementRefused` where the layout would have to be guessed.
        """
        sample: list[Record] = []
        waiting: list[Record] = []
        for record in islice(records, SAMPLE):
            waiting.append(record)
            if (again := header_of(*record)) is not None and not again.missing:
                break
            sample.append(record)
        if sample:
            both = joined_header(header.line, header.names, sample[0][1])
            if (
                both is not None
                and both.places("income", "expense")
                and not header.places("income")
            ):
                header, sample, waiting = both, sample[1:], waiting[1:]
        texts = [self.name, *(note.text for note in self.notes), *header.names]
        _, usual = publisher_of(self._marks(header))
        account = account_of(texts, usual)
        if account is AccountKind.DEBIT or usual is account:
            account = account_in_notes([note.text for note in self.notes], account)
        layout = resolved(
            header,
            sample,
            account,
            year_and_month(texts),
            legend_of(self.notes, header.names),
            self._titles(table),
        )
        if isinstance(layout, Unclear):
            if TRADES in layout.missing:
                self.summary = self.summary or header
                return None, chain(waiting, records)
            names = tuple(name for name in header.names if name)
            raise StatementRefused(RefusalCode.UNKNOWN_LAYOUT, header.line, names, layout.missing)
        reader = RowReader(layout, table.ragged, owner_of(self.notes), table.name == "")
        self._add_block(reader)
        return reader, chain(waiting, records)

    def _titles(self, table: Table) -> list[str]:
        """What a table is called: by its sheet, and by lines of one word above it."""
        lines = [
            note.text for note in self.notes if len(note.words) == 1 and note.table == self.tables
        ]
        return [table.name, *(line for line in lines if not SAYS_MORE.search(line))]

    def _marks(self, header: Header | None) -> list[str]:
        names = header.names if header is not None else ()
        return [" ".join(note.text for note in self.notes[:60]), self.name, " ".join(names)]

    def _keep(self, row: Row) -> None:
        self.count += 1
        if self.count > self.limits.max_rows:
            raise StatementRefused(RefusalCode.TOO_LARGE, row.line)
        self.blocks[-1].rows.append(row)

    def _refuse(self, row: RefusedRow) -> None:
        self.refused.append(row)
        if len(self.refused) > ENOUGH:
            self._check_share(self.refused, self.count)

    def _note(self, record: Record, header: Header | None, beneath: bool) -> None:
        if self.incomplete is None:
            self.incomplete = header
        if not self.blocks and self.others < NEAR_ENOUGH:
            self.nearest = max(self.nearest, _known(record), key=lambda near: near[0])
        self.others += 1
        if self.others > (ENOUGH if self.blocks else LATEST_HEADER) + self.count:
            raise self._no_statement()
        if len(self.notes) < MAX_NOTES:
            note = note_of(*record, len(self.blocks), self.tables, beneath)
            self.notes += [note] if note is not None else []

    def _check_share(self, refused: Sequence[RefusedRow], kept: int) -> None:
        """Refuses a file most of whose rows are broken."""
        if len(refused) > self.limits.max_refused_share * (kept + len(refused)):
            raise StatementRefused(RefusalCode.TOO_MANY_BROKEN_ROWS, refused[0].line)

    def statement(self) -> Statement:
        """All that was read. Raises `StatementRefused` where that is nothing, or mostly broken."""
        if not self.blocks:
            raise self._no_statement()
        self._sign_by_balance()
        rows = [row for block in self.blocks for row in block.rows]
        self._check_share(self.refused, len(rows))
        sums = [
            Summed(block.reader.layout, Sums.of(block.rows), block.reader.amounts.of_one)
            for block in self.blocks
        ]
        chains = chained([(block.table, block.rows) for block in self.blocks])
        lines = [row.line for row in self.refused]
        owed = self.blocks[0].reader.layout.account is AccountKind.CREDIT
        header = self.blocks[0].reader.layout.header
        publisher, _ = publisher_of(self._marks(header))
        first_day, last_day = period_of(self.notes)
        return Statement(
            publisher=publisher,
            account=self.blocks[0].reader.layout.account,
            rows=marked(rows),
            refused=tuple(sorted(self.refused, key=lambda row: row.line)),
            owner=owner_of(self.notes) or self.accounts[0],
            account_tail=tail_of(self.notes) or self.accounts[1],
            balance_breaks=tuple(line for chain in chains for line in breaks(chain, lines, owed)),
            totals_off=totals_off(self.notes, sums, Sums.of(rows)),
            first_day=first_day,
            last_day=last_day,
        )

    def _sign_by_balance(self) -> None:
        """Gives amounts that were printed without a sign the one that the balances prove."""
        for at, block in enumerate(self.blocks):
            if block.reader.layout.sign is Sign.BALANCE:
                opening = opening_of(self._beside(at))
                block.rows, unproven = signed_by_balance(block.rows, opening)
                self.refused += unproven

    def _beside(self, block: int) -> list[Note]:
        """The notes before the rows of a block and among them."""
        return [note for note in self.notes if note.block in (block, block + 1)]

    def _no_statement(self) -> StatementRefused:
        if self.summary is not None:
            names = tuple(name for name in self.summary.names if name)
            return StatementRefused(RefusalCode.UNKNOWN_LAYOUT, self.summary.line, names, (TRADES,))
        if self.incomplete is None:
            return StatementRefused(RefusalCode.NOT_A_STATEMENT, self.nearest[1], self.nearest[2])
        names = tuple(name for name in self.incomplete.names if name)
        line, missing = self.incomplete.line, self.incomplete.missing
        return StatementRefused(RefusalCode.UNKNOWN_LAYOUT, line, names, missing)


def _header(record: Record, before: Record | None, joined: bool) -> Header | None:
    """The header that a record is, by itself or, where it may be `joined`, with the one above."""
    header = header_of(*record)
    if before is None:
        return header
    if header is not None and not header.missing:
        return under_groups(header, before[1])
    if joined:
        both = joined_header(record[0], before[1], record[1])
        if both is not None and not both.missing:
            return both
    return header


def _known(record: Record) -> tuple[int, int, tuple[str, ...]]:
    """How many cells of a record are names of known columns, its line, and its cells."""
    line, cells = record
    names = tuple(words_of(cells[:MAX_COLUMNS]))
    return sum(vocabulary().role(name) is not None for name in names), line, names
