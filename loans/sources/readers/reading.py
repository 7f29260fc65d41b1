"""A record to a row, or why it is none."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

from loans.sources.holder import is_holder
from loans.sources.readers.amounts import (
    FEN_A_YUAN,
    AmountUnreadable,
    printed_currency,
    read_amount,
)
from loans.sources.readers.clocks import read_clock
from loans.sources.readers.currencies import currency_code
from loans.sources.readers.direction import Sign
from loans.sources.readers.kinds import kind_of
from loans.sources.readers.layout import Layout
from loans.sources.readers.notes import last_digits
from loans.sources.readers.records import Cell, words_of
from loans.sources.readers.refusal import RowReason
from loans.sources.readers.sides import are_sides
from loans.sources.readers.takings import is_refund, is_taken_back
from loans.sources.readers.times import (
    CHINA,
    TimeUnreadable,
    looks_like_a_date,
    read_time,
)
from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import AccountKind, Direction, RefusedRow, Row, RowKind

NOTHING = re.compile(r"[-/\s*—_.]*$")
ACCOUNT_NUMBER = re.compile(r"\s*\(?[\d*]{6,}\)?$")
ONESELF = "本人"
SHOWN = 2  # characters of a masked name that tell it from others
EXACT_FLOAT = 1e15  # above, a sheet no longer holds every digit of an order number


class RowRefused(Exception):
    """A record that is a row and cannot be read."""

    def __init__(self, reason: RowReason) -> None:
        super().__init__(reason)
        self.reason = reason


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
        self.total_lines = frozenset(self.vocabulary.notes["total_lines"])
        self._known_directions: dict[Cell, Direction | None] = {}
        self._codes: dict[str, str] = {}
        self._names: dict[str, str | None] = {}
        self.of_one = bool(layout.amounts)  # amounts of all rows stand in the first column

    def account_of(self, cells: Sequence[Cell]) -> tuple[str | None, str | None]:
        """The owner and the account that a row names in columns of its own."""
        owner, tail = _at(cells, self.layout.owner), _at(cells, self.layout.tail)
        return _cleaned(str(owner or "")), last_digits(str(tail or ""))

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
        has_amount = any(_has_amount(cells, at) for at in self._amount_places())
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
        at = self._time(cells)
        status = self._words(cells, layout.status)
        types = self._words(cells, layout.types)
        memo = self._words(cells, layout.memo)
        totals = self.total_lines
        if (types in totals or memo in totals) and self._names_no_trade(at, cells):
            raise TotalLine
        amount, direction = self._amount(cells, status, types or memo)
        said = self._said_kinds(cells, types) or memo
        kind = kind_of(layout.account, direction, status, said, memo[:8])
        if not said and kind is RowKind.PAYMENT and direction is Direction.OUT:
            kind = RowKind.REFUND if layout.sign is Sign.TAKINGS else kind
        if kind is RowKind.REFUND:
            amount, direction = self._refund(cells, amount, direction, said)
        elif self._is_refunded(cells, status, amount):
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
            balance_fen=self._number(cells, layout.balance),
            fee_fen=self._number(cells, layout.fee),
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
        return f"{_text(cells, at)} {types}".strip()

    def _is_owner(self, name: str) -> bool:
        """Whether a name is the owner's, also where one character of it is masked."""
        if name.startswith(ONESELF):
            return True
        if self.owner is None or "*" not in self.owner:
            return name == self.owner
        shown = self.owner.replace("*", "")
        same_length = len(name) == len(self.owner)
        return same_length and len(shown) >= SHOWN and is_holder(self.owner, (name,))

    def _time(self, cells: Sequence[Cell]) -> datetime | date:
        layout = self.layout
        for at in layout.times:
            cell = cells[at] if at < len(cells) else None
            if cell in (None, ""):
                continue
            try:
                moment = read_time(cell, layout.year_month, layout.order)
            except TimeUnreadable as error:
                raise RowRefused(RowReason.TIME) from error
            if moment is None:
                continue
            if not isinstance(moment, datetime) and (clock := self._clock(cells)) is not None:
                return datetime.combine(moment, clock, tzinfo=CHINA)
            return moment
        raise RowRefused(RowReason.TIME)

    def _clock(self, cells: Sequence[Cell]) -> time | None:
        for at in self.layout.clocks:
            if at < len(cells):
                try:
                    clock = read_clock(cells[at])
                except TimeUnreadable as error:
                    raise RowRefused(RowReason.TIME) from error
                if clock is not None:
                    return clock
        return None

    def _amount(self, cells: Sequence[Cell], status: str, types: str) -> tuple[int, Direction]:
        """Signed fen, the bare amount where neutral, and the direction."""
        layout = self.layout
        if layout.sign is Sign.TWO_COLUMNS:
            return self._of_two(cells)
        amount = self._first_amount(cells)
        if layout.sign is Sign.WORD:
            direction = self._direction(cells, status, amount)
            if direction is Direction.NEUTRAL:
                return abs(amount), direction
            turned = amount < 0 and not layout.minus_repeats
            out = (direction is Direction.OUT) != turned
            return _signed(abs(amount), out)
        if layout.sign in (Sign.TYPE, Sign.CARD):
            return _signed(abs(amount), self._goes_out(cells, types))
        if layout.sign in (Sign.ALL_IN, Sign.ALL_OUT):
            out = layout.sign is Sign.ALL_OUT
            return _signed(abs(amount), out != (amount < 0 and not layout.minus_repeats))
        if layout.sign is Sign.TAKINGS and amount > 0 and _paid_out(types):
            raise RowRefused(RowReason.DIRECTION)
        return _signed(abs(amount), (amount < 0) != (layout.sign is Sign.INVERTED))

    def _goes_out(self, cells: Sequence[Cell], types: str) -> bool:
        """What words tell where nothing is signed."""
        if self.layout.sign is Sign.CARD:
            kinds, said = self.vocabulary.kinds, plain("".join(map(str, cells)))
            return not any(word in said for word in (*kinds["repayment"], *kinds["refund"]))
        if self.layout.account is AccountKind.MERCHANT and is_refund(types):
            if is_taken_back(types):
                raise RowRefused(RowReason.DIRECTION)
            return True
        found = self.vocabulary.type_direction(types)
        if found is None:
            raise RowRefused(RowReason.DIRECTION)
        return found is Direction.OUT

    def _of_two(self, cells: Sequence[Cell]) -> tuple[int, Direction]:
        income = self._cell_amount(cells, self.layout.income[0])
        expense = self._cell_amount(cells, self.layout.expense[0])
        if income and expense:
            if self.layout.own_accounts and income == abs(expense):
                return income, Direction.NEUTRAL
            raise RowRefused(RowReason.AMOUNT)
        if income is None and expense is None:
            raise RowRefused(RowReason.AMOUNT)
        if expense:
            if self.layout.minus_repeats:
                return _signed(abs(expense), True)
            return _signed(abs(expense), expense > 0)
        if income:
            return _signed(abs(income), income < 0)
        return 0, Direction.NEUTRAL

    def _first_amount(self, cells: Sequence[Cell]) -> int:
        for at in self.layout.amounts:
            amount = self._cell_amount(cells, at)
            if amount is not None:
                self.of_one = self.of_one and at == self.layout.amounts[0]
                return amount
        raise RowRefused(RowReason.AMOUNT)

    def _cell_amount(self, cells: Sequence[Cell], at: int) -> int | None:
        if at >= len(cells):
            return None
        try:
            amount = read_amount(cells[at], self.layout.units.get(at, FEN_A_YUAN))
        except AmountUnreadable as error:
            raise RowRefused(RowReason.AMOUNT) from error
        return None if amount is None else amount.fen

    def _direction(self, cells: Sequence[Cell], status: str, amount: int) -> Direction:
        at = self.layout.direction
        cell = cells[at] if at is not None and at < len(cells) else None
        if cell in self._known_directions:
            known = self._known_directions[cell]
        else:
            known = self._said_by(cell)
            self._known_directions[cell] = known
        if known is not None:
            return known
        if cell is not None and str(cell).strip():
            raise RowRefused(RowReason.DIRECTION)
        return self._direction_unsaid(cells, status, amount)

    def _said_by(self, cell: Cell) -> Direction | None:
        said = self.vocabulary.direction(cell, self.layout.own_accounts)
        if self.layout.debit_in and are_sides(cell):
            return Direction.OUT if said is Direction.IN else Direction.IN
        return said

    def _direction_unsaid(self, cells: Sequence[Cell], status: str, amount: int) -> Direction:
        """Where the word is missing: what never was paid is neither, and a minus says enough."""
        fund = self.layout.fund_state
        said = _at(cells, fund)
        if (found := self.vocabulary.direction(said)) is not None:
            return found
        if kind_of(self.layout.account, Direction.NEUTRAL, status, "", "") is RowKind.CLOSED:
            return Direction.NEUTRAL
        if amount < 0 and self.layout.minus_repeats:
            return Direction.OUT
        raise RowRefused(RowReason.DIRECTION)

    def _refund(
        self, cells: Sequence[Cell], amount: int, direction: Direction, types: str
    ) -> tuple[int, Direction]:
        """A merchant pays a refund, others get it, even where it is counted as neither."""
        if self.layout.account is AccountKind.MERCHANT and self.layout.sign is Sign.TAKINGS:
            if is_taken_back(types):
                raise RowRefused(RowReason.DIRECTION)
            refunded = self._number(cells, self.layout.refund_amount)
            if not (refunded or amount):
                raise RowRefused(RowReason.AMOUNT)  # it stands in a column that is not known
            return _signed(abs(refunded or amount), True)
        if direction is Direction.NEUTRAL:
            return abs(amount), Direction.IN
        if self.layout.sign in (Sign.ALL_IN, Sign.ALL_OUT) and amount and not self._turned(cells):
            raise RowRefused(RowReason.DIRECTION)  # given back, and no minus says so
        return amount, direction

    def _is_refunded(self, cells: Sequence[Cell], status: str, amount: int) -> bool:
        """Whether takings were given back since, in a table that has no row of its own for that."""
        if self.layout.sign not in (Sign.TAKINGS, Sign.ALL_IN) or amount <= 0:
            return False
        if self.layout.refund_amount is not None:
            return bool(self._number(cells, self.layout.refund_amount))
        said = any(word in plain(status) for word in self.vocabulary.kinds["refunded"])
        return said and not self.layout.refunds_apart

    def _turned(self, cells: Sequence[Cell]) -> bool:
        return self._first_amount(cells) < 0

    def _number(self, cells: Sequence[Cell], at: int | None) -> int | None:
        if at is None or at >= len(cells):
            return None
        try:
            amount = read_amount(cells[at], self.layout.units.get(at, FEN_A_YUAN))
        except AmountUnreadable:
            return None
        return None if amount is None else amount.fen

    def _words(self, cells: Sequence[Cell], places: tuple[int, ...]) -> str:
        if len(places) == 1:
            return _text(cells, places[0])
        found = (_text(cells, at) for at in places)
        return " ".join(dict.fromkeys(text for text in found if text))

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
            return _text(cells, layout.counterparty_id) or None
        return None

    def _name(self, cell: Cell) -> str | None:
        if cell is None or cell == "":
            return None
        text = cell if isinstance(cell, str) else str(cell)
        if text in self._names:
            return self._names[text]
        name = _cleaned(text)
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


@lru_cache(maxsize=1_024)
def _paid_out(types: str) -> bool:
    """Whether a type is none of takings, but what a merchant paid or moved."""
    return any(word in plain(types) for word in vocabulary().kinds["paid_out"])


def _at(cells: Sequence[Cell], at: int | None) -> Cell:
    return cells[at] if at is not None and at < len(cells) else None


def _signed(amount: int, out: bool) -> tuple[int, Direction]:
    return (-amount, Direction.OUT) if out else (amount, Direction.IN)


def _text(cells: Sequence[Cell], at: int) -> str:
    if at >= len(cells):
        return ""
    cell = cells[at]
    text = cell.strip("\t `'\"\u3000\xa0") if isinstance(cell, str) else str(cell or "")
    if text[:1] not in "-/*—_.":
        return text
    return "" if NOTHING.match(text) else text


def _cleaned(text: str) -> str | None:
    """A name without the account number that some publishers write behind it."""
    name = text.strip("\t `'\"\u3000\xa0")
    name = ACCOUNT_NUMBER.sub("", name).strip() or name
    return None if NOTHING.match(name) else name


def _has_amount(cells: Sequence[Cell], at: int) -> bool:
    if at >= len(cells):
        return False
    try:
        return read_amount(cells[at]) is not None
    except AmountUnreadable:
        return True  # something stands where an amount should
