"""Statements and invoices as bytes: lines of JSON, compressed; what unpacks is checked. Pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from loans.sources.invoices import Invoice
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement

_INVOICE = TypeAdapter(Invoice)
_LEVEL = 6
_PIECE = 1 << 20  # bytes that are unpacked at a time
P = TypeVar("P")


class Unpackable(ValueError):
    """Bytes that hold no statement or invoice, or more than they may."""


def pack_statement(statement: Statement) -> bytes:
    """A statement without what was only noticed of its file: a head, then a line for each row.

    It is compressed as it is written: a statement has half a million rows.
    """
    compressor = zlib.compressobj(_LEVEL)
    head = [statement.publisher, statement.account, statement.account_tail, statement.owner]
    days = [_day(statement.first_day), _day(statement.last_day)]
    parts = [compressor.compress(_line([*head, *days]))]
    parts += [part for row in statement.rows if (part := compressor.compress(_line(_row(row))))]
    return b"".join([*parts, compressor.flush()])


def unpack_statement(packed: bytes, max_bytes: int) -> Statement:
    """What `pack_statement` packed. Raises `Unpackable`, also for more than `max_bytes`."""
    try:
        lines = _lines(packed, max_bytes)
        publisher, account, tail, owner, first, last = json.loads(next(lines))
        return Statement(
            publisher=str(publisher),
            account=AccountKind(account),
            rows=tuple(_row_of(json.loads(line)) for line in lines),
            owner=owner,
            account_tail=tail,
            first_day=None if first is None else date.fromisoformat(first),
            last_day=None if last is None else date.fromisoformat(last),
        )
    except (TypeError, ValueError, KeyError, StopIteration) as error:
        raise Unpackable from error


def pack_invoice(invoice: Invoice) -> bytes:
    """An invoice."""
    return _packed(_INVOICE.dump_python(invoice, mode="json"))


def unpack_invoice(packed: bytes, max_bytes: int) -> Invoice:
    """What `pack_invoice` packed. Raises `Unpackable`, also for more than `max_bytes`."""
    try:
        return _INVOICE.validate_python(_unpacked(packed, max_bytes), strict=False)
    except ValueError as error:
        raise Unpackable from error


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _lines(packed: bytes, max_bytes: int) -> Iterator[bytes]:
    """The lines of what is packed, a piece at a time."""
    kept, total = b"", 0
    for piece in _pieces(packed):
        total += len(piece)
        if total > max_bytes:
            raise Unpackable
        *lines, kept = (kept + piece).split(b"\n")
        yield from lines
    if kept:
        raise Unpackable


def _pieces(packed: bytes) -> Iterator[bytes]:
    opened = zlib.decompressobj()
    rest = packed
    try:
        while not opened.eof:
            piece = opened.decompress(rest, _PIECE)
            rest = opened.unconsumed_tail
            if not piece and not rest:
                raise Unpackable  # it ends before its end
            yield piece
    except zlib.error as error:
        raise Unpackable from error


def _packed(value: object) -> bytes:
    return zlib.compress(_line(value), _LEVEL)


def _unpacked(packed: bytes, max_bytes: int) -> Any:
    return json.loads(b"".join(_lines(packed, max_bytes)))


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
