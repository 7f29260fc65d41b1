"""Rows of a statement of account, whoever published it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

CNY = "CNY"


class AccountKind(StrEnum):
    """What kind of account a statement is of."""

    WALLET = "wallet"
    MERCHANT = "merchant"
    DEBIT = "debit"
    CREDIT = "credit"
    SECURITIES = "securities"


class Direction(StrEnum):
    """Whether money came or went; neutral for what the publisher counts as neither."""

    IN = "in"
    OUT = "out"
    NEUTRAL = "neutral"


class RowKind(StrEnum):
    """What the publisher says of a row; what it was for is a category, told elsewhere."""

    PAYMENT = "payment"
    REFUND = "refund"
    TRANSFER = "transfer"  # between accounts of the same person
    CLOSED = "closed"  # never paid
    PENDING = "pending"
    INTEREST = "interest"
    LOAN = "loan"
    INVESTMENT = "investment"
    FEE = "fee"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Row:
    """One movement of money."""

    line: int  # where it begins: physical line, row of a sheet, number printed in a PDF
    at: datetime | date  # with the zone of China; a bare day where the file has no time
    amount_fen: int  # in positive, out negative; the bare amount where neutral
    direction: Direction
    kind: RowKind
    counterparty: str | None = None
    memo: str = ""  # what was bought, the note, the publisher's own type of trade
    order_no: str | None = None
    balance_fen: int | None = None
    fee_fen: int | None = None
    currency: str = CNY
    duplicate: bool = False  # the same order was read before: it must not count twice


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not read, and why; it is told, never guessed."""

    line: int
    reason: str  # a stable code


@dataclass(frozen=True)
class Statement:
    """What a file holds. Nothing of a file is kept when reading it raises."""

    publisher: str  # a stable code: `wechat`, `alipay`, `icbc`; `unknown` if none is named
    account: AccountKind
    rows: tuple[Row, ...]
    refused: tuple[RefusedRow, ...] = ()
    owner: str | None = None  # as printed
    account_tail: str | None = None  # the last digits of the account, as printed
    balance_breaks: tuple[int, ...] = ()  # lines at which the balance does not carry forward
    totals_off: bool = False  # totals that the file prints do not agree with its rows
    first_day: date | None = None  # of the period that the file says it covers
    last_day: date | None = None
