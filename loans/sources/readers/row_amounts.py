"""How much a record moved, and whether it came or went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from loans.sources.readers.amounts import FEN_A_YUAN, AmountUnreadable, read_amount
from loans.sources.readers.cells import cell_at
from loans.sources.readers.direction import Sign
from loans.sources.readers.kinds import kind_of
from loans.sources.readers.layout import Layout
from loans.sources.readers.records import Cell
from loans.sources.readers.refusal import RowReason, RowRefused
from loans.sources.readers.sides import are_sides
from loans.sources.readers.takings import is_refund, is_taken_back
from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import AccountKind, Direction, RowKind


class AmountReader:
    """Reads the amounts of the records under one header."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.vocabulary = vocabulary()
        self.of_one = bool(layout.amounts)  # amounts of all rows stand in the first column
        self._known_directions: dict[Cell, Direction | None] = {}

    def read(self, cells: Sequence[Cell], status: str, types: str) -> tuple[int, Direction]:
        """Signed fen, the bare amount where neutral, and the direction. Raises `RowRefused`."""
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
        said = cell_at(cells, fund)
        if (found := self.vocabulary.direction(said)) is not None:
            return found
        if kind_of(self.layout.account, Direction.NEUTRAL, status, "", "") is RowKind.CLOSED:
            return Direction.NEUTRAL
        if amount < 0 and self.layout.minus_repeats:
            return Direction.OUT
        raise RowRefused(RowReason.DIRECTION)

    def refund(
        self, cells: Sequence[Cell], amount: int, direction: Direction, types: str
    ) -> tuple[int, Direction]:
        """A merchant pays a refund, others get it, even where it is counted as neither."""
        if self.layout.account is AccountKind.MERCHANT and self.layout.sign is Sign.TAKINGS:
            if is_taken_back(types):
                raise RowRefused(RowReason.DIRECTION)
            refunded = self.number(cells, self.layout.refund_amount)
            if not (refunded or amount):
                raise RowRefused(RowReason.AMOUNT)  # it stands in a column that is not known
            return _signed(abs(refunded or amount), True)
        if direction is Direction.NEUTRAL:
            return abs(amount), Direction.IN
        if self.layout.sign in (Sign.ALL_IN, Sign.ALL_OUT) and amount and not self._turned(cells):
            raise RowRefused(RowReason.DIRECTION)  # given back, and no minus says so
        return amount, direction

    def is_refunded(self, cells: Sequence[Cell], status: str, amount: int) -> bool:
        """Whether takings were given back since, in a table that has no row of its own for that."""
        if self.layout.sign not in (Sign.TAKINGS, Sign.ALL_IN) or amount <= 0:
            return False
        if self.layout.refund_amount is not None:
            return bool(self.number(cells, self.layout.refund_amount))
        said = any(word in plain(status) for word in self.vocabulary.kinds["refunded"])
        return said and not self.layout.refunds_apart

    def _turned(self, cells: Sequence[Cell]) -> bool:
        return self._first_amount(cells) < 0

    def number(self, cells: Sequence[Cell], at: int | None) -> int | None:
        """The fen in a column beside the amount, as a fee; None where none can be read."""
        if at is None or at >= len(cells):
            return None
        try:
            amount = read_amount(cells[at], self.layout.units.get(at, FEN_A_YUAN))
        except AmountUnreadable:
            return None
        return None if amount is None else amount.fen


@lru_cache(maxsize=1_024)
def _paid_out(types: str) -> bool:
    """Whether a type is none of takings, but what a merchant paid or moved."""
    return any(word in plain(types) for word in vocabulary().kinds["paid_out"])


def _signed(amount: int, out: bool) -> tuple[int, Direction]:
    return (-amount, Direction.OUT) if out else (amount, Direction.IN)
