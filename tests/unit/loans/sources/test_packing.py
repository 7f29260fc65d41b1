"""What is packed unpacks as it was; anything else is told apart from it."""

from __future__ import annotations

import zlib
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CHINA
from loans.sources.invoices import Invoice, InvoiceFlag, InvoiceItem, InvoiceLayout, Party
from loans.sources.packing import (
    Unpackable,
    pack_invoice,
    pack_statement,
    unpack_invoice,
    unpack_statement,
)
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement

ROOM = 1_000_000
texts = st.text(st.characters(codec="utf-8"), max_size=20)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(tzinfo=CHINA, fold=0)
)
fen = st.integers(-(10**12), 10**12)
rows = st.builds(
    Row,
    line=st.integers(1, 10**6),
    at=st.one_of(days, times),
    amount_fen=fen,
    direction=st.sampled_from(Direction),
    kind=st.sampled_from(RowKind),
    counterparty=st.none() | texts,
    memo=texts,
    order_no=st.none() | texts,
    balance_fen=st.none() | fen,
    fee_fen=st.none() | fen,
    duplicate=st.booleans(),
)
statements = st.builds(
    Statement,
    publisher=texts,
    account=st.sampled_from(AccountKind),
    rows=st.lists(rows, max_size=8).map(tuple),
    owner=st.none() | texts,
    account_tail=st.none() | texts,
    first_day=st.none() | days,
    last_day=st.none() | days,
)
INVOICE = Invoice(
    layout=InvoiceLayout.DIGITAL,
    kind="电子发票(普通发票)",
    number="24312000000123456789",
    day=date(2026, 3, 4),
    seller=Party("甲商行", "92310115MA1K4LRD25"),
    buyer=Party(None, None),
    net_fen=9_900,
    tax_fen=100,
    gross_fen=10_000,
    items=(InvoiceItem("茶叶", 9_900, 100, 100),),
    flags=frozenset({InvoiceFlag.BUYER_IS_A_PERSON}),
)


@given(statements)
def test_a_statement_comes_back_as_it_was(statement: Statement) -> None:
    assert unpack_statement(pack_statement(statement), ROOM) == statement


def test_an_invoice_comes_back_as_it_was() -> None:
    assert unpack_invoice(pack_invoice(INVOICE), ROOM) == INVOICE


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no zlib",
        zlib.compress(b"{}"),
        zlib.compress(b"[["),
        zlib.compress(b'["a","wallet",null,null,"2026-13-01",null]\n'),
        zlib.compress(b'["a","purse",null,null,null,null]\n'),
        zlib.compress(b'["a","wallet",null,null,null,null]'),
        zlib.compress(b'["a","wallet",null,null,null,null]\n[1]\n'),
    ],
)
def test_what_holds_no_statement_is_told(packed: bytes) -> None:
    with pytest.raises(Unpackable):
        unpack_statement(packed, ROOM)


def test_more_than_there_is_room_for_does_not_unpack() -> None:
    packed = zlib.compress(b" " * 10_000_000)
    with pytest.raises(Unpackable):
        unpack_statement(packed, ROOM)
    with pytest.raises(Unpackable):
        unpack_invoice(packed, ROOM)
