"""Invoices of value added tax, whatever paper or file they came as. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class InvoiceLayout(StrEnum):
    """Which generation of invoice it is."""

    DIGITAL = "digital"  # 数电票: one number of twenty digits
    OLD = "old"  # a code and a number


class InvoiceFlag(StrEnum):
    """What was noticed. The last three are no faults."""

    RED = "red"  # takes an earlier one back
    AMOUNTS_DO_NOT_ADD = "amounts_do_not_add"
    WORDS_DIFFER = "words_differ"  # amount in words
    SELLER_CHECK_DIGIT = "seller_check_digit"
    BUYER_IS_A_PERSON = "buyer_is_a_person"
    EXEMPT = "exempt"
    DISCOUNT_LINE = "discount_line"


@dataclass(frozen=True)
class Party:
    """Seller or buyer."""

    name: str | None
    number: str | None  # unified social credit code, or identity of a taxpayer


@dataclass(frozen=True)
class InvoiceItem:
    """One line of goods or services."""

    name: str
    net_fen: int
    tax_fen: int | None = None
    rate_bp: int | None = None
    exempt: bool = False  # 免税; not the rate of zero


@dataclass(frozen=True)
class Invoice:
    """What an invoice says. Amounts in fen, negative on red ones."""

    layout: InvoiceLayout
    kind: str
    number: str
    day: date
    seller: Party
    buyer: Party
    net_fen: int
    tax_fen: int
    gross_fen: int
    code: str | None = None
    check_code: str | None = None
    items: tuple[InvoiceItem, ...] = ()
    capital: str | None = None  # the amount in words, as printed
    remark: str = ""
    drawer: str | None = None
    flags: frozenset[InvoiceFlag] = frozenset()
    void: bool = False


class InvoiceSide(StrEnum):
    """Whether a firm sold or bought."""

    SALE = "sale"
    PURCHASE = "purchase"


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice as one of its firms has it: on which side, with whom, how much."""

    side: InvoiceSide
    day: date
    party: str  # the other one: a number, a name or any code that is always the same
    net_fen: int
    tax_fen: int
    gross_fen: int
    void: bool = False


def record_for(invoice: Invoice, number: str) -> InvoiceRecord | None:
    """The invoice as the firm of a number has it; None where it is another firm's."""
    if invoice.seller.number == number:
        side, other = InvoiceSide.SALE, invoice.buyer
    elif invoice.buyer.number == number:
        side, other = InvoiceSide.PURCHASE, invoice.seller
    else:
        return None
    return InvoiceRecord(
        side=side,
        day=invoice.day,
        party=other.number or other.name or "",
        net_fen=invoice.net_fen,
        tax_fen=invoice.tax_fen,
        gross_fen=invoice.gross_fen,
        void=invoice.void,
    )
