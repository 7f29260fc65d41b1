"""An electronic or photographed invoice -> what it says. Pure: start reading at `read_invoice`."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from enum import StrEnum

from core.files import UnreadableFile
from loans.sources.invoices import Invoice, Party
from loans.sources.readers.einvoice_checks import flags_of
from loans.sources.readers.einvoice_limits import InvoiceLimits
from loans.sources.readers.einvoice_ofd import OfdTooLarge, OfdUnreadable, read_ofd
from loans.sources.readers.einvoice_page import NoInvoice, SeveralInvoices, printed_invoice
from loans.sources.readers.einvoice_pdf import PdfTooLarge, PdfUnreadable, texts_of_pdf
from loans.sources.readers.einvoice_printed import (
    InvoiceIncomplete,
    PrintedInvoice,
    as_seen,
    invoice_of,
)
from loans.sources.readers.einvoice_xml import XmlTooLarge, XmlUnreadable, printed_xml
from loans.sources.readers.placed_text import PlacedText

HEAD = 1024
_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Recognise = Callable[[bytes], Sequence[PlacedText]]  # the texts of a photo or a scan; may be none


class InvoiceReason(StrEnum):
    """Why a file was refused as an invoice."""

    NOT_AN_INVOICE = "not_an_invoice"
    INCOMPLETE = "invoice_incomplete"  # number, day or total were not found
    UNREADABLE = "invoice_unreadable"
    SEVERAL = "invoices_several"  # which of them is meant is not guessed
    TOO_LARGE = "invoice_too_large"


class InvoiceRefused(Exception):
    """A file that is read as no invoice; `reason` says why."""

    def __init__(self, reason: InvoiceReason) -> None:
        super().__init__(reason)
        self.reason = reason


class InvoiceForm(StrEnum):
    """How an invoice was sent."""

    OFD = "ofd"
    XML = "xml"
    PDF = "pdf"
    PHOTO = "photo"


def form_of(data: bytes) -> InvoiceForm:
    """How a file was sent, by its bytes alone: names lie."""
    if data.startswith(_ZIP):
        return InvoiceForm.OFD
    if _PDF in data[:HEAD]:
        return InvoiceForm.PDF
    if data.startswith(_BOMS) or data[:HEAD].lstrip().startswith(b"<"):
        return InvoiceForm.XML
    return InvoiceForm.PHOTO


def read_invoice(data: bytes, limits: InvoiceLimits, recognise: Recognise | None = None) -> Invoice:
    """The invoice in a file: OFD, XML, PDF or photo, with everything noticed about it in `flags`.

    `recognise` reads photos and scans, and may raise `UnreadableFile`; without it they are refused.
    Red amounts are negative. Nothing is asked of the tax office: an invoice that reads well may be
    made up.

    Raises `InvoiceRefused`.
    """
    if len(data) > limits.max_bytes:
        raise InvoiceRefused(InvoiceReason.TOO_LARGE)
    try:
        invoice = invoice_of(_READERS[form_of(data)](data, limits, recognise))
    except NoInvoice as error:
        raise InvoiceRefused(InvoiceReason.NOT_AN_INVOICE) from error
    except SeveralInvoices as error:
        raise InvoiceRefused(InvoiceReason.SEVERAL) from error
    except InvoiceIncomplete as error:
        raise InvoiceRefused(InvoiceReason.INCOMPLETE) from error
    except (OfdUnreadable, XmlUnreadable, PdfUnreadable, UnreadableFile) as error:
        raise InvoiceRefused(InvoiceReason.UNREADABLE) from error
    except (OfdTooLarge, XmlTooLarge, PdfTooLarge) as error:
        raise InvoiceRefused(InvoiceReason.TOO_LARGE) from error
    return replace(invoice, flags=flags_of(invoice))


def _ofd(data: bytes, limits: InvoiceLimits, _recognise: Recognise | None) -> PrintedInvoice:
    """The data inside, and from the page what they lack."""
    told, texts = read_ofd(data, limits.max_unpacked_bytes)
    if told is None:
        return _page(texts, limits)
    try:
        return _completed(told, _page(texts, limits))
    except NoInvoice:
        return told


def _xml(data: bytes, limits: InvoiceLimits, _recognise: Recognise | None) -> PrintedInvoice:
    if len(data) > limits.max_xml_bytes:
        raise InvoiceRefused(InvoiceReason.TOO_LARGE)
    told = printed_xml(data)
    if told is None:
        raise NoInvoice
    return told


def _pdf(data: bytes, limits: InvoiceLimits, recognise: Recognise | None) -> PrintedInvoice:
    texts = texts_of_pdf(data, limits)
    return _page(texts, limits) if texts else _photo(data, limits, recognise)


def _photo(data: bytes, limits: InvoiceLimits, recognise: Recognise | None) -> PrintedInvoice:
    texts = recognise(data) if recognise else ()
    if not texts:
        raise InvoiceRefused(InvoiceReason.UNREADABLE)
    return as_seen(_page(texts, limits))


def _page(texts: Sequence[PlacedText], limits: InvoiceLimits) -> PrintedInvoice:
    if len(texts) > limits.max_texts:
        raise InvoiceRefused(InvoiceReason.TOO_LARGE)
    return printed_invoice(texts)


def _completed(told: PrintedInvoice, seen: PrintedInvoice) -> PrintedInvoice:
    """What the data say, and what is printed where they say nothing."""
    lacking = {
        field.name: getattr(seen, field.name)
        for field in fields(told)
        if not getattr(told, field.name)
    }
    return replace(
        replace(told, **lacking),
        seller=_known_party(told.seller, seen.seller),
        buyer=_known_party(told.buyer, seen.buyer),
    )


def _known_party(told: Party, seen: Party) -> Party:
    return Party(told.name or seen.name, told.number or seen.number)


_READERS: dict[InvoiceForm, Callable[[bytes, InvoiceLimits, Recognise | None], PrintedInvoice]] = {
    InvoiceForm.OFD: _ofd,
    InvoiceForm.XML: _xml,
    InvoiceForm.PDF: _pdf,
    InvoiceForm.PHOTO: _photo,
}
