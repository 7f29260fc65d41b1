"""A record to a row, or why it is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime

from loans.sources.holder import is_holder
from loans.sources.readers.amounts import printed_currency
from loans.sources.readers.cells import NOTHING, cell_at, holds_amount, name_in, text_at, words_at
from loans.sources.readers.currencies import currency_code
from loans.sources.readers.direction import Sign
from loans.sources.readers.kinds import kind_of
from loans.sources.readers.layout import Layout
from loans.sources.readers.notes import last_digits
from loans.sources.readers.records import Cell, words_of
from loans.sources.readers.refusal import RowReason, RowRefused
from loans.sources.readers.row_amounts import AmountReader
from loans.sources.readers.row_times import time_of
from loans.sources.readers.times import looks_like_a_date
from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import Direction, RefusedRow, Row, RowKind

ONESELF = "本人"
SHOWN = 2  # characters of a masked name that tell it from others
EXACT_FLOAT = 1e15  # above, a sheet no longer holds every digit of an order number


class TotalLine(Exception):
    """A record that looks like a row and says what others add up to."""


class RowReader:
    """Reads the records under one header."""

    def __init__(
        self, layout: Layout, ragged: bool, owner: str | None, printed_numbers: bool
    ) -> None:
        self.layout = layout
        self.ragged = ragged
        self.owner = owner
        self.printed_numbers = printed_numbers
        self.vocabulary = vocabulary()
        self.amounts = AmountReader(layout)
        self.total_lines = frozenset(self.vocabulary.notes["total_lines"])
        self._codes: dict[str, str] = {}
        self._names: dict[str, str | None] = {}

    def account_of(self, cells: Sequence[Cell]) -> tuple[str | None, str | None]:
        """The owner and the account that a row names in columns of its own."""
        owner, tail = cell_at(cells, self.layout.owner), cell_at(cells, self.layout.tail)
        return name_in(str(owner or "")), last_digits(str(tail or ""))

    def read(self, line: int, cells: Sequence[Cell]) -> Row | RefusedRow | None:
        """The row of a record, the reason why it cannot be read, or None for what is no row."""
        try:
            if self.ragged:
                self._check_cells(cells)
            return self._row(line, cells)
        except TotalLine:
            return None
        except RowRefused as refused:
            if self._is_note(cells):
                return None
            return RefusedRow(self._line(line, cells), refused.reason)

    def _check_cells(self, cells: Sequence[Cell]) -> None:
        if len(cells) < self.layout.cells:
            raise RowRefused(RowReason.CELLS_MISSING)
        if any(str(cell or "").strip() for cell in cells[self.layout.most_cells :]):
            raise RowRefused(RowReason.CELLS_TOO_MANY)

    def _line(self, line: int, cells: Sequence[Cell]) -> int:
        at = self.layout.serial
        if self.printed_numbers and at is not None and at < len(cells):
            text = str(cells[at] or "").strip()
            if text.isdecimal() and len(text) < 9:
                return int(text)
        return line

    def _is_note(self, cells: Sequence[Cell]) -> bool:
        """Whether a record is a note or a total: nobody meant a row by it."""
        words = words_of(cells)
        if not words or any(word in words[0] for word in self.vocabulary.notes["sums"]):
            return True
        dated = any(looks_like_a_date(cells[at]) for at in self.layout.times if at < len(cells))
        has_amount = any(holds_amount(cells, at) for at in self._amount_places())
        if any(plain(word) in self.total_lines for word in words[:4]):
            return True
        around = any(
            plain(word).startswith(self.vocabulary.notes["not_rows"]) for word in words[:4]
        )
        if dated:
            return around and not has_amount
        if around and len(words) * 2 <= self.layout.cells:
            return True
        return len(words) < 3 or not has_amount

    def _amount_places(self) -> tuple[int, ...]:
        return (*self.layout.amounts, *self.layout.income, *self.layout.expense)

    def _row(self, line: int, cells: Sequence[Cell]) -> Row:
        layout = self.layout
        at = time_of(layout, cells)
        status = words_at(cells, layout.status)
        types = words_at(cells, layout.types)
        memo = words_at(cells, layout.memo)
        totals = self.total_lines
        if (types in totals or memo in totals) and self._names_no_trade(at, cells):
            raise TotalLine
        amount, direction = self.amounts.read(cells, status, types or memo)
        said = self._said_kinds(cells, types) or memo
        kind = kind_of(layout.account, direction, status, said, memo[:8])
        if not said and kind is RowKind.PAYMENT and direction is Direction.OUT:
            kind = RowKind.REFUND if layout.sign is Sign.TAKINGS else kind
        if kind is RowKind.REFUND:
            amount, direction = self.amounts.refund(cells, amount, direction, said)
        elif self.amounts.is_refunded(cells, status, amount):
            raise RowRefused(RowReason.AMOUNT)
        counterparty = self._counterparty(cells, direction)
        if kind is RowKind.PAYMENT and counterparty and self._is_owner(counterparty):
            kind = RowKind.TRANSFER
        return Row(
            line=self._line(line, cells),
            at=at,
            amount_fen=amount,
            direction=direction,
            kind=kind,
            counterparty=counterparty,
            memo=sys.intern(f"{types} {memo}".strip()),
            order_no=self._order_no(cells),
            balance_fen=self.amounts.number(cells, layout.balance),
            fee_fen=self.amounts.number(cells, layout.fee),
            currency=self._currency(cells),
        )

    def _names_no_trade(self, at: datetime | date, cells: Sequence[Cell]) -> bool:
        """Whether a record has no time, other side or order, as one that somebody notes 合计 on."""
        trade = self._order_no(cells) or self._counterparty(cells, Direction.NEUTRAL)
        return not isinstance(at, datetime) and trade is None

    def _said_kinds(self, cells: Sequence[Cell], types: str) -> str:
        """The words of the types of trade, with that which says in or out, where it is a type."""
        at = self.layout.direction
        if at is None or self.layout.header.roles[at] != "type":
            return types
        return f"{text_at(cells, at)} {types}".strip()

    def _is_owner(self, name: str) -> bool:
        """Whether a name is the owner's, also where one character of it is masked."""
        if name.startswith(ONESELF):
            return True
        if self.owner is None or "*" not in self.owner:
            return name == self.owner
        shown = self.owner.replace("*", "")
        same_length = len(name) == len(self.owner)
        return same_length and len(shown) >= SHOWN and is_holder(self.owner, (name,))

    def _counterparty(self, cells: Sequence[Cell], direction: Direction) -> str | None:
        layout = self.layout
        places = layout.counterparty
        if layout.payer is not None and layout.payee is not None:
            other = layout.payee if direction is Direction.OUT else layout.payer
            places = (other, *places)
        for at in places:
            if at < len(cells) and (name := self._name(cells[at])):
                return name
        if layout.counterparty_id is not None:
            return text_at(cells, layout.counterparty_id) or None
        return None

    def _name(self, cell: Cell) -> str | None:
        if cell is None or cell == "":
            return None
        text = cell if isinstance(cell, str) else str(cell)
        if text in self._names:
            return self._names[text]
        name = name_in(text)
        if len(self._names) < 100_000:
            self._names[text] = name
        return name

    def _order_no(self, cells: Sequence[Cell]) -> str | None:
        for at in self.layout.order_no:
            if at >= len(cells):
                continue
            cell = cells[at]
            if isinstance(cell, float):
                if cell < EXACT_FLOAT:
                    return str(int(cell))
                continue
            text = str(cell or "").strip("\t `'\"\u3000\xa0")
            if text and not NOTHING.match(text) and text != "0":
                return text
        return None

    def _currency(self, cells: Sequence[Cell]) -> str:
        at = self.layout.currency
        if at is not None and at < len(cells):
            return self._code(str(cells[at] or ""))
        for place in self._amount_places():
            if place < len(cells) and (printed := printed_currency(cells[place])):
                return self._code(printed)
        return self.layout.currency_code

    def _code(self, text: str) -> str:
        found = self._codes.get(text)
        if found is None:
            found = self._codes[text] = currency_code(text)
        return found
