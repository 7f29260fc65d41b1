"""What is told of an invoice that was read. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from loans.sources.findings import Fault, FileFinding, Told
from loans.sources.invoices import Invoice, InvoiceFlag

DOUBTS = frozenset(
    {
        InvoiceFlag.AMOUNTS_DO_NOT_ADD,
        InvoiceFlag.WORDS_DIFFER,
        InvoiceFlag.SELLER_CHECK_DIGIT,
    }
)


def found_in_invoice(read: Invoice, today: date) -> FileFinding:
    """What is told of an invoice on a day of China."""
    parties = (read.seller, read.buyer)
    return FileFinding(
        publisher=read.kind or read.layout,
        firms=tuple(
            value for party in parties for value in (party.number, party.name) if value is not None
        ),
        rows=1,
        first_day=read.day,
        last_day=read.day,
        faults=tuple(_faults(read, today)),
    )


def _faults(read: Invoice, today: date) -> Iterator[Told]:
    if read.flags & DOUBTS:
        yield Told(code=Fault.INVOICE_DOUBTFUL)
    if read.day > today:
        yield Told(code=Fault.FUTURE_ROWS, count=1)
