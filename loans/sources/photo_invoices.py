"""An invoice as a photo or a scan -> what it says; engines are lent by whoever has them.

An analysis process imports this: it knows no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.files import PhotoLimits, UnreadableFile
from core.policy import Policy
from loans.policy import LoanPolicy
from loans.sources.belonging import compared
from loans.sources.confined import ReadFile
from loans.sources.findings import FileFinding, Told
from loans.sources.invoice_findings import found_in_invoice
from loans.sources.kinds import SourceKind
from loans.sources.packing import pack_invoice
from loans.sources.readers.einvoice import InvoiceRefused, read_invoice
from loans.sources.readers.einvoice_photo import texts_of_sheets
from loans.sources.readers.placed_text import PlacedText
from ocr.geometry import Pixels
from ocr.recognition.line import Line


class _Photo(Protocol):
    @property
    def pixels(self) -> Pixels: ...


class _Decoders(Protocol):
    def photo(self, content: bytes, limits: PhotoLimits, *, with_codes: bool) -> _Photo: ...


class _Documents(Protocol):
    def lines(self, photo: Pixels) -> Sequence[Sequence[Line]]: ...


class PhotoEngines(Protocol):
    """What an analysis process lends: how files are decoded, how print is read, the policy."""

    policy: Policy

    @property
    def decoders(self) -> _Decoders: ...

    @property
    def documents(self) -> _Documents: ...


@dataclass(frozen=True)
class PhotoWork:
    """A photo, and what it is held against."""

    content: bytes
    names: tuple[str, ...]
    firms: tuple[str, ...]
    limits: PhotoLimits
    today: date  # of China


def read_photo(work: PhotoWork, engines: PhotoEngines) -> ReadFile:
    """Read the print, and find the invoice in it."""

    def recognise(content: bytes) -> Sequence[PlacedText]:
        photo = engines.decoders.photo(content, work.limits, with_codes=False)
        return texts_of_sheets(engines.documents.lines(photo.pixels))

    limits = engines.policy.section(LoanPolicy).invoices
    try:
        invoice = read_invoice(work.content, limits, recognise)
    except InvoiceRefused as refused:
        return ReadFile(FileFinding(refused=Told(code=refused.reason)))
    except UnreadableFile as error:
        return ReadFile(FileFinding(refused=Told(code=error.reason)))
    told = found_in_invoice(invoice, work.today)
    found = compared(told, SourceKind.INVOICES, work.names, work.firms)
    return ReadFile(found, pack_invoice(invoice))
