"""What speaks of an invoice: its sums, its words, its codes, who bought. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from loans.sources.invoices import Invoice, InvoiceFlag, Party
from loans.sources.readers.amount_words import fen_of_words
from loans.sources.readers.einvoice_words import words
from ocr.identifiers import (
    is_pilot_credit_code,
    is_valid_credit_code,
    read_identity_number,
)

CREDIT_CODE_LENGTH = 18
ROUNDING_FEN = 1  # of each line, as the tax office's own forms round
_PERSON = re.compile(r"[一-龥]{2,4}|[一-龥]{2,6}·[一-龥]{2,8}")
_SAID_TO_BE_ONE = re.compile(r"[(（](?:个人|自然人)[)）]$")


def flags_of(invoice: Invoice) -> frozenset[InvoiceFlag]:
    """Everything noticed about an invoice."""
    checks = {
        InvoiceFlag.RED: invoice.gross_fen < 0,
        InvoiceFlag.AMOUNTS_DO_NOT_ADD: not _amounts_add(invoice),
        InvoiceFlag.WORDS_DIFFER: not _words_agree(invoice),
        InvoiceFlag.SELLER_CHECK_DIGIT: not _number_holds(invoice.seller.number),
        InvoiceFlag.BUYER_IS_A_PERSON: is_person(invoice.buyer),
        InvoiceFlag.EXEMPT: any(item.exempt for item in invoice.items),
        InvoiceFlag.DISCOUNT_LINE: _has_discount(invoice),
    }
    return frozenset(flag for flag, noticed in checks.items() if noticed)


def is_person(party: Party) -> bool:
    """Whether a buyer is a person: by an identity number, by 个人, or by the name of one."""
    number, name = party.number or "", party.name or ""
    if _is_identity_number(number):
        return True
    if _SAID_TO_BE_ONE.search(name) or name in words("persons", "words"):
        return True
    if number or not _PERSON.fullmatch(name):
        return False
    is_named = "·" in name or name[0] in _surnames()
    return is_named and not name.endswith(tuple(words("persons", "business_ends")))


def invoice_key(invoice: Invoice) -> Hashable:
    """What is the same of two papers of one invoice, whatever their form.

    The number of a 数电票 is of that invoice alone; an older number is used again under each code.
    """
    return (invoice.number,) if len(invoice.number) > 8 else (invoice.code, invoice.number)


def duplicates(invoices: Sequence[Invoice]) -> Mapping[int, int]:
    """Of each invoice that was there before, by its place: the place of the first one."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for at, invoice in enumerate(invoices):
        places[invoice_key(invoice)].append(at)
    return {later: first for first, *others in places.values() for later in others}


def _amounts_add(invoice: Invoice) -> bool:
    if invoice.net_fen + invoice.tax_fen != invoice.gross_fen:
        return False
    if not invoice.items:
        return True
    allowed = ROUNDING_FEN * len(invoice.items)
    if abs(sum(item.net_fen for item in invoice.items) - invoice.net_fen) > allowed:
        return False
    taxes = [item.tax_fen for item in invoice.items]
    known = [tax for tax in taxes if tax is not None]
    return len(known) < len(taxes) or abs(sum(known) - invoice.tax_fen) <= allowed


def _words_agree(invoice: Invoice) -> bool:
    """Words that name net and tax are right, even where the gross amount in digits is not."""
    named = fen_of_words(invoice.capital) if invoice.capital else None
    right = (invoice.gross_fen, invoice.net_fen + invoice.tax_fen)
    return named is None or named in right or -named in right


def _number_holds(number: str | None) -> bool:
    """Whether a taxpayer's number has a right check character; those of before 2015 have none."""
    if number is None or len(number) != CREDIT_CODE_LENGTH:
        return True
    return (
        is_valid_credit_code(number) or is_pilot_credit_code(number) or _is_identity_number(number)
    )


def _is_identity_number(number: str) -> bool:
    """A citizen's number, as taxpayers' of twenty characters with two more behind it."""
    found = read_identity_number(number[:CREDIT_CODE_LENGTH])
    return found is not None and found.check_digit_valid and found.birth is not None


def _has_discount(invoice: Invoice) -> bool:
    """A line against the sign of the others: what was taken off."""
    sign = -1 if invoice.gross_fen < 0 else 1
    return any(item.net_fen * sign < 0 for item in invoice.items)


def _surnames() -> str:
    return str(words("persons", "surnames"))
