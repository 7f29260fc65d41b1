from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loans.sources.invoices import (
    Invoice,
    InvoiceFlag,
    InvoiceItem,
    InvoiceLayout,
    InvoiceSide,
    Party,
    record_for,
)
from loans.sources.readers.einvoice_checks import duplicates, flags_of, is_person
from tests.support.invoices import BUYER, BUYER_NUMBER, SELLER, SELLER_NUMBER

INVOICE = Invoice(
    layout=InvoiceLayout.DIGITAL,
    kind="电子发票（普通发票）",
    number="25322000000123456789",
    day=date(2025, 3, 7),
    seller=Party(SELLER, SELLER_NUMBER),
    buyer=Party(BUYER, BUYER_NUMBER),
    net_fen=100_000,
    tax_fen=13_000,
    gross_fen=113_000,
    items=(InvoiceItem("*机床*铣刀", 100_000, 13_000, 1300),),
    capital="壹仟壹佰叁拾圆整",
)


def other(**changes: Any) -> Invoice:
    return replace(INVOICE, **changes)


LINES = (InvoiceItem("a", 60_000, 7_800), InvoiceItem("b", 40_000, 5_200))
CASES: list[tuple[dict[str, Any], set[InvoiceFlag]]] = [
    ({}, set()),
    ({"gross_fen": 213_000}, {InvoiceFlag.AMOUNTS_DO_NOT_ADD}),
    ({"items": (InvoiceItem("a", 90_000, 13_000),)}, {InvoiceFlag.AMOUNTS_DO_NOT_ADD}),
    ({"items": (InvoiceItem("a", 100_000, 11_000),)}, {InvoiceFlag.AMOUNTS_DO_NOT_ADD}),
    ({"items": (InvoiceItem("a", 100_000, None),)}, set()),
    ({"items": (LINES[0], replace(LINES[1], tax_fen=5_201))}, set()),  # a fen a line is rounding
    ({"items": ()}, set()),
    ({"capital": "壹仟壹佰叁拾壹圆整"}, {InvoiceFlag.WORDS_DIFFER}),
    ({"capital": None}, set()),
    ({"capital": "模糊"}, set()),  # what was not read differs from nothing
    ({"seller": Party(SELLER, "91320507MA1MEQK308")}, {InvoiceFlag.SELLER_CHECK_DIGIT}),
    ({"seller": Party(SELLER, "320507123456789")}, set()),  # fifteen digits have none
    ({"buyer": Party("买买提·艾力", None)}, {InvoiceFlag.BUYER_IS_A_PERSON}),
    (
        {"items": (InvoiceItem("a", 120_000, 15_600), InvoiceItem("a", -20_000, -2_600))},
        {InvoiceFlag.DISCOUNT_LINE},
    ),
    (
        {"items": (InvoiceItem("a", 100_000, 0, 0, exempt=True),), "tax_fen": 0,
         "gross_fen": 100_000, "capital": "壹仟圆整"},
        {InvoiceFlag.EXEMPT},
    ),
    (
        {"net_fen": -100_000, "tax_fen": -13_000, "gross_fen": -113_000, "items": (),
         "capital": "（负数）壹仟壹佰叁拾圆整"},
        {InvoiceFlag.RED},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "flags"), CASES)
def test_flags(changes: dict[str, Any], flags: set[InvoiceFlag]) -> None:
    assert flags_of(other(**changes)) == flags


@pytest.mark.parametrize(
    ("name", "number", "person"),
    [
        ("罗秀英", None, True),
        ("欧阳一鸣", None, True),
        ("个人", None, True),
        ("李雷（个人）", None, True),
        ("陈记", "92230103MA18Y5WA74", False),
        ("永辉超市", None, False),
        ("王府酒楼", None, False),
        ("苏州临河机电设备有限公司", None, False),
        ("不详", None, False),
        ("周明", "110101199003077715", True),
        (None, None, False),
    ],
)
def test_who_is_a_person(name: str | None, number: str | None, person: bool) -> None:
    assert is_person(Party(name, number)) is person


def test_papers_of_one_invoice_are_told() -> None:
    old = other(layout=InvoiceLayout.OLD, number="12345678", code="011002000111")
    another_code = replace(old, code="011002000211")
    assert duplicates([INVOICE, old, another_code, other(kind="photo"), old]) == {3: 0, 4: 1}


def test_an_invoice_is_a_sale_a_purchase_or_anothers() -> None:
    sale, purchase = (record_for(INVOICE, number) for number in (SELLER_NUMBER, BUYER_NUMBER))
    assert sale is not None
    assert (sale.side, sale.party, sale.gross_fen) == (InvoiceSide.SALE, BUYER_NUMBER, 113_000)
    assert purchase is not None
    assert purchase.side is InvoiceSide.PURCHASE
    assert record_for(INVOICE, "91110000100006485Q") is None
