"""Statements and invoices as bytes: one JSON value, compressed; what unpacks is checked. Pure."""

from __future__ import annotations

import json
import zlib
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from loans.sources.invoices import Invoice
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement

_INVOICE = TypeAdapter(Invoice)
_LEVEL = 6
P = TypeVar("P")


class Unpackable(ValueError):
    """Bytes that hold no statement or invoice, or more than they may."""


def pack_statement(statement: Statement) -> bytes:
    """A statement without what was only noticed of its file."""
    head = [statement.publisher, statement.account, statement.account_tail, statement.owner]
    days = [_day(statement.first_day), _day(statement.last_day)]
    return _packed([head, days, [_row(row) for row in statement.rows]])


def unpack_statement(packed: bytes, max_bytes: int) -> Statement:
    """What `pack_statement` packed. Raises `Unpackable`, also for more than `max_bytes`."""
    try:
        (publisher, account, tail, owner), (first, last), rows = _unpacked(packed, max_bytes)
        return Statement(
            publisher=str(publisher),
            account=AccountKind(account),
            rows=tuple(_row_of(row) for row in rows),
            owner=owner,
            account_tail=tail,
            first_day=None if first is None else date.fromisoformat(first),
            last_day=None if last is None else date.fromisoformat(last),
        )
    except (TypeError, ValueError, KeyError) as error:
        raise Unpackable from error


def pack_invoice(invoice: Invoice) -> bytes:
    """An invoice."""
    return _packed(_INVOICE.dump_python(invoice, mode="json"))


def unpack_invoice(packed: bytes, max_bytes: int) -> Invoice:
    """What `pack_invoice` packed. Raises `Unpackable`, also for more than `max_bytes`."""
    try:
        return _INVOICE.validate_python(_unpacked(packed, max_bytes), strict=False)
    except ValidationError as error:
        raise Unpackable from error


def _packed(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), _LEVEL)


def _unpacked(packed: bytes, max_bytes: int) -> Any:
    try:
        opened = zlib.decompressobj()
        text = opened.decompress(packed, max_bytes)
    except zlib.error as error:
        raise Unpackable from error
    if not opened.eof:
        raise Unpackable
    return json.loads(text)


def _row(row: Row) -> list[Any]:
    return [
        row.line,
        row.at.isoformat(),
        row.amount_fen,
        row.direction,
        row.kind,
        row.counterparty,
        row.memo,
        row.order_no,
        row.balance_fen,
        row.fee_fen,
        row.currency,
        row.duplicate,
    ]


def _row_of(value: list[Any]) -> Row:
    line, at, fen, direction, kind, counterparty, memo, order, balance, fee, currency, again = value
    return Row(
        line=int(line),
        at=datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at),
        amount_fen=int(fen),
        direction=Direction(direction),
        kind=RowKind(kind),
        counterparty=counterparty,
        memo=str(memo),
        order_no=order,
        balance_fen=balance,
        fee_fen=fee,
        currency=str(currency),
        duplicate=bool(again),
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
