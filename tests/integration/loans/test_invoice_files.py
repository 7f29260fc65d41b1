"""Invoices as PDF, with the fonts and the networks that ship."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kyc.policy import UploadPolicy
from loans.sources.invoices import Party
from loans.sources.readers.einvoice import InvoiceReason, InvoiceRefused, read_invoice
from loans.sources.readers.einvoice_photo import texts_of_sheets
from loans.sources.readers.placed_text import PlacedText
from ocr.page_lines import page_lines
from ocr.preprocess.decode import decode_photo
from ocr.recognition.engine import PaddleTextEngine
from tests.support.fonts import WHOLE
from tests.support.invoices import (
    BUYER,
    BUYER_NUMBER,
    LIMITS,
    SELLER,
    SELLER_NUMBER,
    Paper,
    changed,
    pdf_of,
    placed,
    side_by_side,
    stacked,
)
from tests.support.policy import POLICY

PHOTO = POLICY.section(UploadPolicy).photo

OLD = changed(title="北京增值税电子普通发票", number="12345678", code="011002000111")


@pytest.fixture(scope="module")
def digital() -> bytes:
    return pdf_of(side_by_side(Paper()), WHOLE)


@pytest.mark.parametrize("layout", ["digital", "old"])
def test_a_pdf_is_read_by_its_labels(layout: str, digital: bytes) -> None:
    data = digital if layout == "digital" else pdf_of(stacked(OLD), WHOLE)
    invoice = read_invoice(data, LIMITS)
    assert invoice.number == ("25322000000123456789" if layout == "digital" else "12345678")
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.buyer == Party(BUYER, BUYER_NUMBER)
    assert invoice.gross_fen == 113_000
    assert [item.name for item in invoice.items] == ["*机床*数控铣床配件"]
    assert invoice.flags == frozenset()


def test_a_pdf_without_an_invoice_is_refused() -> None:
    words = [placed(f"第{row}条 甲方应当按期付款", 40, 30 + 14 * row) for row in range(12)]
    with pytest.raises(InvoiceRefused) as refused:
        read_invoice(pdf_of(words, WHOLE), LIMITS)
    assert refused.value.reason is InvoiceReason.NOT_AN_INVOICE


def test_a_picture_of_it_says_the_same(digital: bytes, models: Path) -> None:
    engine = PaddleTextEngine(models / "ocr")
    photo = np.asarray(decode_photo(digital, PHOTO))

    def recognise(_content: bytes) -> Sequence[PlacedText]:
        return texts_of_sheets(page_lines(photo, engine))

    invoice = read_invoice(b"\x89PNG", LIMITS, recognise)
    assert invoice.number == "25322000000123456789"
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.buyer == Party(BUYER, BUYER_NUMBER)
    assert (invoice.net_fen, invoice.tax_fen, invoice.gross_fen) == (100_000, 13_000, 113_000)
