"""What the columns of a header mean, decided by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from loans.sources.readers.amounts import FEN_A_YUAN, Amount, AmountUnreadable, read_amount
from loans.sources.readers.contradictions import contradicted
from loans.sources.readers.header import AMOUNTS, TIMES, Header
from loans.sources.readers.records import Cell, Record
from loans.sources.readers.times import (
    DayOrder,
    TimeUnreadable,
    looks_like_a_date,
    month_first_or_day_first,
    read_clock,
    read_time,
)
from loans.sources.readers.vocabulary import CHINESE, Vocabulary, plain, vocabulary
from loans.sources.rows import AccountKind, Direction

SAMPLE = 200  # records after a header that decide what its columns mean
USUAL_AMOUNT_ROLES = (
    "amount_posted", "amount_paid", "amount", "amount_order", "amount_other", "income", "expense",
)  # fmt: skip
AMOUNT_ROLES = {
    AccountKind.MERCHANT: (
        "amount_paid",
        "amount",
        "amount_order",
        "amount_other",
        "amount_posted",
        "income",
    ),
    AccountKind.SECURITIES: ("amount", "amount_posted", "amount_order", "amount_other"),
}
TEN_THOUSAND_YUAN = re.compile(r"[(（/]?(?:单位[:：]?)?万元?[)）]?$")
FEN = re.compile(r"[(（](?:单位[:：]?)?分[)）]$")


class Sign(StrEnum):
    """How a row says whether money came or went."""

    TWO_COLUMNS = "two_columns"
    WORD = "word"  # in a column of its own, or in the type of trade
    SIGNED = "signed"  # minus is out
    INVERTED = "inverted"  # minus is in, as bills of credit cards print it
    CARD = "card"  # a card's bill without any minus: in where it says that it was paid back
    ALL_IN = "all_in"  # by the name of the only column
    ALL_OUT = "all_out"
    TAKINGS = "takings"  # a merchant's: in, unless it is a refund
    BALANCE = "balance"  # not printed; the balance tells
    TYPE = "type"  # publishers' types of trade that have one direction


NAMED_SIGNS = {"income": Sign.ALL_IN, "expense": Sign.ALL_OUT}


@dataclass(frozen=True)
class Layout:
    """Where everything of a row stands, and how its amount is signed."""

    header: Header
    account: AccountKind
    sign: Sign
    times: tuple[int, ...]  # columns with a day, the best first; the next serves where one is empty
    clocks: tuple[int, ...]  # columns with a time of day
    amounts: tuple[int, ...]  # the best first
    income: tuple[int, ...]
    expense: tuple[int, ...]
    direction: int | None
    units: dict[int, int]  # fen of one of a column's unit
    cells: int  # fewest that a whole row has
    most_cells: int  # that a row may fill: more, and a name has a delimiter in it
    order: DayOrder | None = None
    year_month: tuple[int, int] | None = None
    minus_repeats: bool = False  # a minus only says again what the word or the column says
    balance: int | None = None
    counterparty: tuple[int, ...] = ()
    counterparty_id: int | None = None
    payer: int | None = None
    payee: int | None = None
    order_no: tuple[int, ...] = ()
    status: tuple[int, ...] = ()
    types: tuple[int, ...] = ()
    memo: tuple[int, ...] = ()
    currency: int | None = None
    fee: int | None = None
    refund_amount: int | None = None
    refund_no: int | None = None
    fund_state: int | None = None
    serial: int | None = None
    owner: int | None = None
    tail: int | None = None


@dataclass(frozen=True)
class Unclear:
    """What a layout lacks; it would have to be guessed."""

    missing: tuple[str, ...]


DIRECTION = "direction"
DAY_ORDER = "day_order"


def resolved(
    header: Header,
    sample: Sequence[Record],
    account: AccountKind,
    year_month: tuple[int, int] | None,
) -> Layout | Unclear:
    """The layout of a header, by the first records under it; or what cannot be known of it."""
    if header.missing:
        return Unclear(header.missing)
    return _Resolving(header, [cells for _, cells in sample], account, year_month).layout()


class _Resolving:
    """The columns of one header beside a sample of its rows."""

    def __init__(
        self,
        header: Header,
        rows: list[Sequence[Cell]],
        account: AccountKind,
        year_month: tuple[int, int] | None,
    ) -> None:
        self.header = header
        self.known: Vocabulary = vocabulary()
        self.account = account
        self.year_month = year_month
        self.units = {
            at: _unit(header.names[at]) for at in header.places(*AMOUNTS, "balance", "fee")
        }
        whens = header.places(*TIMES)
        self.order = month_first_or_day_first(
            [cell for row in rows for at in whens if isinstance(cell := _at(row, at), str)]
        )
        self.all_rows = rows
        self.rows: list[Sequence[Cell]] = [
            row for row in rows if any(self._is_day(_at(row, at)) for at in whens)
        ]

    def layout(self) -> Layout | Unclear:
        if self.account is AccountKind.DEBIT and self._always_owes():
            self.account = AccountKind.CREDIT
        if contradicted(self.header, self.all_rows):
            return Unclear(("columns",))
        times, clocks = self._times()
        if not times:
            if self._days_in_two_orders():
                return Unclear((DAY_ORDER,))
            if self.rows or not self._empty():
                return Unclear(("time",))
            times = tuple(self.header.places(*TIMES))
        income, expense = self._pair()
        amounts = () if income and expense else self._amounts()
        direction = None if income and expense else self._direction()
        if not amounts and not (income and expense):
            return Unclear(("amount",))
        sign = self._sign(amounts, bool(income and expense), direction)
        if sign is None or (income and self._mostly_negative(income[0])):
            return Unclear((DIRECTION,))
        if sign in NAMED_SIGNS.values() and not all(
            amount.fen for amount in self._read(amounts[0])
        ):
            return Unclear(
                ("amount",)
            )  # the rows without one have it in a column that is not known
        places = self.header.places
        return Layout(
            header=self.header,
            account=self.account,
            sign=sign,
            times=times,
            clocks=clocks,
            amounts=amounts,
            income=income,
            expense=expense,
            direction=direction,
            units=self.units,
            cells=self._cells(),
            most_cells=self._most_cells(),
            order=self.order,
            year_month=self.year_month,
            minus_repeats=self._minus_repeats(amounts, expense, direction, sign),
            balance=self._balance(),
            counterparty=self._counterparties(),
            counterparty_id=_first(places("counterparty_id")),
            payer=_first(places("payer")),
            payee=_first(places("payee")),
            order_no=tuple(places("order_no", "merchant_no")),
            status=tuple(places("status", "refund_status")),
            types=tuple(at for at in places("type") if at != direction),
            memo=tuple(places("memo", "description", "place")),
            currency=self._currency(amounts or income),
            fee=_first(places("fee")),
            refund_amount=_first(places("refund_amount")),
            refund_no=_first(places("refund_no")),
            fund_state=_first(places("fund_state")),
            serial=_first(places("serial")),
            owner=self._same(places("owner")),
            tail=self._same(places("account")),
        )

    def _is_day(self, cell: Cell) -> bool:
        try:
            return read_time(cell, self.year_month, self.order) is not None
        except TimeUnreadable:
            return looks_like_a_date(cell)

    def _column(self, at: int) -> list[Cell]:
        return [cell for row in self.rows if (cell := _at(row, at)) not in (None, "")]

    def _empty(self) -> bool:
        return not self.rows

    def _days_in_two_orders(self) -> bool:
        return self.order is None and any(
            looks_like_a_date(cell) and isinstance(cell, str)
            for at in self.header.places(*TIMES)
            for cell in self._column(at)
        )

    def _times(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Columns with days, within a role those with a time first; and columns with times only."""
        days, clocks = [], []
        for rank, role in enumerate(TIMES):
            for at in self.header.places(role):
                found = [self._time(cell) for cell in self._column(at)]
                dated = [moment for moment in found if moment is not None]
                if len(dated) * 2 > len(found) and dated:
                    timed = any(hasattr(moment, "hour") for moment in dated)
                    days.append((rank, not timed, at))
                elif any(self._is_clock(cell) for cell in self._column(at)):
                    clocks.append(at)
        days.sort()
        return tuple(at for _, _, at in days), tuple(clocks)

    def _time(self, cell: Cell) -> object:
        try:
            return read_time(cell, self.year_month, self.order)
        except TimeUnreadable:
            return None

    def _is_clock(self, cell: Cell) -> bool:
        try:
            return read_clock(cell) is not None
        except TimeUnreadable:
            return False

    def _read(self, at: int) -> list[Amount]:
        """The amounts that can be read in a column."""
        amounts = []
        for cell in self._column(at):
            try:
                amount = read_amount(cell, self.units.get(at, FEN_A_YUAN))
            except AmountUnreadable:
                continue
            if amount is not None:
                amounts.append(amount)
        return amounts

    def _pair(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Columns of income and of expense: those with the most amounts, posted before traded."""
        income = self._fullest(self.header.places("income"))
        expense = self._fullest(self.header.places("expense"))
        if not income or not expense:
            return (), ()
        if self.rows and not self._read(income[0]) and not self._read(expense[0]):
            return (), ()
        posted = [
            (ins, outs)
            for ins in income
            for outs in expense
            if _posted(self.header.names[ins]) and _posted(self.header.names[outs])
        ]
        if posted and any(self._read(at) for at in posted[0]):
            return (posted[0][0],), (posted[0][1],)
        return (income[0],), (expense[0],)

    def _fullest(self, places: list[int]) -> list[int]:
        return sorted(places, key=lambda at: -len(self._read(at)))

    def _amounts(self) -> tuple[int, ...]:
        """Columns of one amount: in the account's currency first, a merchant's before fees."""
        places = self.header.places(*AMOUNT_ROLES.get(self.account, USUAL_AMOUNT_ROLES))
        places += [at for at in self.header.places("direction") if self._mostly_amounts(at)]
        full = [at for at in places if not self.rows or len(self._read(at)) * 2 >= len(self.rows)]
        return tuple(full or [at for at in places if self._read(at)])

    def _mostly_amounts(self, at: int) -> bool:
        return bool(self.rows) and len(self._read(at)) * 2 > len(self.rows)

    def _direction(self) -> int | None:
        """The column whose words say in or out; it may be called a type."""
        for at in self.header.places("direction"):
            if not self._mostly_amounts(at):
                return at
        for at in self.header.places("type", "fund_state", "status", "ignored"):
            known = {self.known.direction(word) for word in set(map(str, self._column(at)))}
            if None not in known and known & {Direction.IN, Direction.OUT}:
                return at
        return None

    def _sign(self, amounts: tuple[int, ...], two: bool, direction: int | None) -> Sign | None:
        if two:
            return Sign.TWO_COLUMNS
        if direction is not None:
            return Sign.WORD
        if (named := NAMED_SIGNS.get(str(self.header.roles[amounts[0]]))) is not None:
            return named
        if self.account is AccountKind.CREDIT:
            return self._card_sign(amounts[0])
        if any(amount.signed for amount in self._read(amounts[0])):
            takings = self.account is AccountKind.MERCHANT
            return Sign.TAKINGS if takings else self._signed_or_inverted(amounts[0])
        if self.header.places("balance") and self.rows:
            return Sign.BALANCE
        if self.account is AccountKind.MERCHANT:
            return Sign.TAKINGS
        if self.rows and self._types_tell():
            return Sign.TYPE
        return None if self.rows else Sign.SIGNED

    def _card_sign(self, at: int) -> Sign:
        """A card's bill: repayments are in. Without one, what most rows are is spending."""
        evidence, minus, plus = self._evidence(at)
        if not minus:
            return Sign.CARD
        if evidence:
            return Sign.INVERTED if evidence > 0 else Sign.SIGNED
        return Sign.INVERTED if plus >= minus else Sign.SIGNED

    def _sign_by_words(self, at: int) -> Sign | None:
        """Minus is out under Chinese names; under others bills differ, and words have to tell."""
        if any(CHINESE.search(name) for name in self.header.names):
            return Sign.SIGNED
        evidence, _, _ = self._evidence(at)
        if not evidence:
            return None
        return Sign.INVERTED if evidence > 0 else Sign.SIGNED

    def _evidence(self, at: int) -> tuple[int, int, int]:
        """How many more rows say that minus is in than out; how many are negative, how many not."""
        evidence, minus, plus = 0, 0, 0
        for row in self.rows:
            try:
                amount = read_amount(_at(row, at), self.units.get(at, FEN_A_YUAN))
            except AmountUnreadable:
                continue
            if amount is None or amount.fen == 0:
                continue
            words = plain("".join(str(cell) for cell in row if isinstance(cell, str)))
            negative = amount.fen < 0
            minus, plus = minus + negative, plus + (not negative)
            if any(word in words for word in self.known.kinds["repayment"]):
                evidence += 1 if negative else -1
            elif any(word in words for word in self.known.kinds["spending"]):
                evidence += -1 if negative else 1
        return evidence, minus, plus

    def _signed_or_inverted(self, at: int) -> Sign | None:
        """Minus is out, unless the balance carries forward only the other way round."""
        balance = self._balance()
        if balance is None:
            return self._sign_by_words(at)
        pairs = []
        for row in self.rows:
            try:
                amount = read_amount(_at(row, at), self.units.get(at, FEN_A_YUAN))
                after = read_amount(_at(row, balance), self.units.get(balance, FEN_A_YUAN))
            except AmountUnreadable:
                continue
            if amount is not None and after is not None:
                pairs.append((amount.fen, after.fen))
        plain_way = max(_carried(pairs, 1), _carried(pairs[::-1], 1))
        other_way = max(_carried(pairs, -1), _carried(pairs[::-1], -1))
        return Sign.INVERTED if other_way > plain_way else Sign.SIGNED

    def _types_tell(self) -> bool:
        return all(type_direction(self._type_words(row)) is not None for row in self.rows)

    def _type_words(self, row: Sequence[Cell]) -> str:
        return "".join(str(_at(row, at) or "") for at in self.header.places("type", "description"))

    def _minus_repeats(
        self,
        amounts: tuple[int, ...],
        expense: tuple[int, ...],
        direction: int | None,
        sign: Sign,
    ) -> bool:
        if sign in NAMED_SIGNS.values():
            expense = amounts
        if expense:
            out = [amount.fen for amount in self._read(expense[0]) if amount.fen]
        elif direction is not None and amounts:
            out = [fen for fen in self._amounts_out(amounts[0], direction) if fen]
        else:
            return False
        return sum(fen < 0 for fen in out) * 2 > len(out)

    def _mostly_negative(self, at: int) -> bool:
        """Whether a column says with its signs the contrary of what income is."""
        amounts = [amount.fen for amount in self._read(at) if amount.fen]
        return sum(fen < 0 for fen in amounts) * 2 > len(amounts)

    def _amounts_out(self, at: int, direction: int) -> list[int]:
        found = []
        for row in self.rows:
            if self.known.direction(_at(row, direction)) is not Direction.OUT:
                continue
            try:
                amount = read_amount(_at(row, at), self.units.get(at, FEN_A_YUAN))
            except AmountUnreadable:
                continue
            if amount is not None:
                found.append(amount.fen)
        return found

    def _balance(self) -> int | None:
        """The column of balances, if most of its cells hold one; some publishers mask them."""
        for at in self._fullest(self.header.places("balance")):
            if not self.rows or len(self._read(at)) * 2 > len(self._column(at)):
                return at
        return None

    def _same(self, places: list[int]) -> int | None:
        """The first of the columns that says the same in each row: of the account, not of a row."""
        for at in places:
            if len(set(map(str, self._column(at)))) == 1:
                return at
        return None

    def _always_owes(self) -> bool:
        """Whether every balance is below zero: accounts for deposits are not overdrawn in China."""
        at = self._balance()
        return (
            at is not None and all(amount.fen < 0 for amount in self._read(at)) and bool(self.rows)
        )

    def _cells(self) -> int:
        """Cells of a whole row: as many as the header has, or fewer where all rows have fewer."""
        return min(self.header.width, max(map(len, self.rows), default=self.header.width))

    def _most_cells(self) -> int:
        """Cells that a row may fill: as many as the header has, or more where most rows do."""
        filled = sorted(_filled(row) for row in self.rows)
        return max(self.header.width, filled[len(filled) // 2] if filled else 0)

    def _counterparties(self) -> tuple[int, ...]:
        """Columns that name the other side; what a card's bill describes is the merchant."""
        roles = ["counterparty"]
        if self.account is AccountKind.CREDIT or not self.header.places("counterparty"):
            roles += ["place", "description"]
            if self.account is AccountKind.CREDIT:
                roles.append("type")
        elif self.account is AccountKind.DEBIT:
            roles.append("place")
        owners = [at for at in self.header.places("owner") if at != self._same([at])]
        return (*self.header.places(*roles), *owners)

    def _currency(self, amounts: tuple[int, ...]) -> int | None:
        """The currency of the amount that is read: the nearest column, to its right if any is."""
        places = sorted(self.header.places("currency"))
        if not places or not amounts:
            return _first(places)
        at = amounts[0]
        if len(places) == 1:
            return places[0]
        posted = [
            place
            for place in places
            if _posted(self.header.names[place]) == _posted(self.header.names[at])
        ]
        places = posted or places
        return min(places, key=lambda place: (place < at, abs(place - at)))


def type_direction(words: str) -> Direction | None:
    """Whether a type of trade is in or out; None for one that could be either."""
    known = vocabulary()
    text = plain(words)
    ins = any(word in text for word in known.types_in)
    outs = any(word in text for word in known.types_out)
    if ins == outs:
        return None
    return Direction.IN if ins else Direction.OUT


def _carried(pairs: list[tuple[int, int]], sign: int) -> int:
    """How many balances follow from the one before, amounts taken with a sign."""
    return sum(before[1] + sign * after[0] == after[1] for before, after in pairwise(pairs))


def _unit(name: str) -> int:
    if TEN_THOUSAND_YUAN.search(name.strip()):
        return FEN_A_YUAN * 10_000
    return 1 if FEN.search(name.strip()) else FEN_A_YUAN


def _posted(name: str) -> bool:
    return any(word in name for word in ("记账", "记帐", "入账", "结算", "清算"))


def _filled(row: Sequence[Cell]) -> int:
    return max((at + 1 for at, cell in enumerate(row) if str(cell or "").strip()), default=0)


def _at(row: Sequence[Cell], at: int) -> Cell:
    return row[at] if at < len(row) else None


def _first(places: list[int]) -> int | None:
    return places[0] if places else None
