"""Rows, statements and invoices for tests of profiles."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from loans.sources.categories import KnownOwner
from loans.sources.invoices import Invoice, InvoiceLayout, Party
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement

CHINA = ZoneInfo("Asia/Shanghai")
OWNER = KnownOwner("张小梅", ("临江张记面馆",), ("92330100MA2XXXXX1A",))


def at(month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A moment of 2026 in China."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=CHINA)


def row(
    when: datetime | date,
    fen: int,
    party: str | None = None,
    memo: str = "",
    *,
    kind: RowKind = RowKind.OTHER,
    order: str | None = None,
    neutral: bool = False,
    balance: int | None = None,
    line: int = 0,
) -> Row:
    """A row whose direction is the sign's, unless it is neutral."""
    direction = Direction.IN if fen > 0 else Direction.OUT
    return Row(
        line,
        when,
        fen,
        Direction.NEUTRAL if neutral else direction,
        kind,
        party,
        memo,
        order,
        balance_fen=balance,
    )


def bank(*rows: Row, owner: str = "张小梅", tail: str | None = "1234") -> Statement:
    """A statement of a debit account."""
    return Statement("icbc", AccountKind.DEBIT, rows, owner=owner, account_tail=tail)


def wallet(*rows: Row, owner: str = "张小梅") -> Statement:
    """A bill of a personal wallet."""
    return Statement("wechat", AccountKind.WALLET, rows, owner=owner)


def merchant(*rows: Row, publisher: str = "acquirer") -> Statement:
    """A statement of a merchant account."""
    return Statement(publisher, AccountKind.MERCHANT, rows, owner="临江张记面馆")


def invoice(
    day: date, gross_fen: int, buyer: str, number: str, *, void: bool = False, ours: bool = True
) -> Invoice:
    """An invoice that the owner's business issued, or, where it is not ours, received."""
    own, other = Party("临江张记面馆", OWNER.codes[0]), Party(buyer, None)
    net = gross_fen * 100 // 103
    return Invoice(
        InvoiceLayout.DIGITAL,
        "电子发票（普通发票）",
        number,
        day,
        own if ours else other,
        other if ours else own,
        net,
        gross_fen - net,
        gross_fen,
        void=void,
    )
