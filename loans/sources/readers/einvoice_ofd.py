"""What an OFD (GB/T 33190-2016) says of an invoice; the one module that knows `ofdkit`. Pure."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import ofdkit
import ofdkit.package

from loans.sources.invoices import Party
from loans.sources.readers.einvoice_printed import PrintedInvoice, PrintedItem
from loans.sources.readers.placed_text import PlacedText, narrow
from ocr.identifiers import read_date

ENTRY = "OFD.xml"
MAX_ENTRIES = 2000
MAX_PART_BYTES = 4 * 2**20  # of a part that is parsed: pages have 10 to 600 kB
ofdkit.package.MAX_PART_SIZE = MAX_PART_BYTES  # its own 64 MB would take seconds and a gigabyte
ASCENT, DESCENT = 0.85, 0.15  # of a text's size above and below its base line
_BROKEN = (
    ofdkit.OFDError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    KeyError,
    AttributeError,
    RecursionError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


class OfdUnreadable(Exception):
    """Bytes that are no OFD, or a broken one."""


class OfdTooLarge(Exception):
    """A package that unpacks to more than is allowed."""


def read_ofd(data: bytes, max_unpacked: int) -> tuple[PrintedInvoice | None, list[PlacedText]]:
    """What the invoice data in a package say, None without such, and the texts of its pages.

    Sizes are checked in the package's directory before anything is unpacked; what an entry holds
    beyond its size there is never read. Raises `OfdUnreadable`, `OfdTooLarge`.
    """
    _require_small(data, max_unpacked)
    try:
        document = ofdkit.open(data)
        found = document.invoice()
        texts = [_placed(run) for run in _runs(document)]
    except ofdkit.OFDLimitError as error:
        raise OfdTooLarge from error
    except _BROKEN as error:
        raise OfdUnreadable from error
    return (None if found is None else _printed(found)), texts


def _require_small(data: bytes, max_unpacked: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError) as error:
        raise OfdUnreadable from error
    if len(entries) > MAX_ENTRIES or sum(each.file_size for each in entries) > max_unpacked:
        raise OfdTooLarge
    if not any(each.filename.lower().endswith(ENTRY.lower()) for each in entries):
        raise OfdUnreadable


def _runs(document: ofdkit.OFDDocument) -> list[tuple[ofdkit.TextRun, float]]:
    above, found = 0.0, []
    for page in document.pages:
        found += [(run, above) for run in page.runs]
        above += page.height
    return found


def _placed(placed: tuple[ofdkit.TextRun, float]) -> PlacedText:
    run, above = placed
    base = above + run.y
    return PlacedText(
        run.text, run.x, run.x + run.width, base - ASCENT * run.size, base + DESCENT * run.size
    )


def _printed(found: ofdkit.Invoice) -> PrintedInvoice:
    return PrintedInvoice(
        kind=found.invoice_type,
        number=found.invoice_number,
        code=found.invoice_code,
        check_code=_digits(found.check_code),
        day=read_date(found.issue_date) if found.issue_date else None,
        seller=Party(_bare(found.seller.name), found.seller.tax_id),
        buyer=Party(_bare(found.buyer.name), found.buyer.tax_id),
        net=found.amount_without_tax,
        tax=found.tax_amount,
        gross=found.total_amount,
        items=[
            PrintedItem(each.name or "", each.amount, each.tax_rate, each.tax_amount)
            for each in found.items
        ],
        remark=found.note or "",
        drawer=found.issuer,
    )


def _bare(text: str | None) -> str | None:
    return text.strip() if text else None


def _digits(text: str | None) -> str | None:
    return narrow(text) if text else None
