"""The texts of a PDF with their places. Pure."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence
from typing import Any, cast

import pdfplumber
from pdfminer.layout import LTPage
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import stream_value
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent
from pdfplumber.utils.exceptions import PdfminerException

from loans.sources.readers.einvoice_limits import InvoiceLimits
from loans.sources.readers.placed_text import PlacedText

WITHIN_WORD = 1.5  # points between two characters of a word
NO_LETTERS = "(cid:"  # a font that does not say which letters it has
MAX_DRAWN_BYTES = 2**20  # of one page, forms as often as they are drawn; invoices have 10 to 100 kB
FORM_BYTES = 1000  # what a form costs besides
MIN_TEXTS = 8  # fewer words are a scan with a stamp
MAX_STREAMS = 5000  # an invoice has a hundred
ZLIB_HEADS = (b"\x78", b"\x68", b"\x58", b"\x48", b"\x38", b"\x28", b"\x18", b"\x08")  # RFC 1950
CHUNK = 1 << 14
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


class PdfUnreadable(Exception):
    """Bytes that are no PDF, a locked or a broken one."""


class PdfTooLarge(Exception):
    """A PDF that unpacks to more than is allowed, or has too many words."""


class _Device(PDFPageAggregatorWithMarkedContent):
    """Collects what pages draw; holds what they may yet cost."""

    left = MAX_DRAWN_BYTES


class _Interpreter(PDFPageInterpreter):
    """Carries out what pages say, forms within forms too, as long as it is not too much.

    Twenty forms that draw each other eight times over are a small file and never end.
    """

    def execute(self, streams: Sequence[object]) -> None:
        device = cast(_Device, self.device)
        for stream in streams:
            device.left -= FORM_BYTES + len(stream_value(stream).get_data())
        if device.left < 0:
            raise PdfTooLarge
        super().execute(streams)


class _Page(Page):
    """A page whose contents are carried out by `_Interpreter`."""

    @property
    def layout(self) -> LTPage:
        if not hasattr(self, "_layout"):
            device = _Device(self.pdf.rsrcmgr, pageno=self.page_number, laparams=None)
            _Interpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
            self._layout = device.get_result()
        return self._layout


def texts_of_pdf(data: bytes, limits: InvoiceLimits) -> list[PlacedText]:
    """The words of the first pages, one page below the other; none where it is a scan.

    Raises `PdfUnreadable`, `PdfTooLarge`.
    """
    _require_unpacks_within(data, limits.max_unpacked_bytes)
    found: list[PlacedText] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            above = 0.0
            for number, drawn in enumerate(PDFPage.create_pages(document.doc), start=1):
                page = _Page(document, drawn, number)
                texts = page.extract_words(x_tolerance=WITHIN_WORD)
                found += [_placed(text, above) for text in texts]
                if len(found) > limits.max_texts:
                    raise PdfTooLarge
                above += float(page.height)
                if number == limits.max_pages:
                    break
    except (PdfminerException, PSException, *_BROKEN) as error:
        raise PdfUnreadable from error
    is_scan = len(found) < MIN_TEXTS or any(NO_LETTERS in text.text for text in found)
    return [] if is_scan else found


# What pdfminer raises besides its own errors where objects are not what they should be.
_BROKEN = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
    EOFError,
    zlib.error,
)


def _placed(word: dict[str, Any], above: float) -> PlacedText:
    return PlacedText(
        word["text"], word["x0"], word["x1"], above + word["top"], above + word["bottom"]
    )


def _require_unpacks_within(data: bytes, max_unpacked: int) -> None:
    """Unpack each compressed stream as far as allowed and keep nothing: bombs end here."""
    left = max_unpacked
    for number, start in enumerate(_STREAM.finditer(data)):
        if number == MAX_STREAMS:
            raise PdfTooLarge
        if data[start.end() : start.end() + 1] in ZLIB_HEADS:
            left -= _unpacked(memoryview(data)[start.end() :], left)


def _unpacked(packed: memoryview, allowed: int) -> int:
    """How many bytes come out. Raises `PdfTooLarge` as soon as they are more than allowed."""
    unpacker, size = zlib.decompressobj(), 0
    try:
        for at in range(0, len(packed), CHUNK):
            chunk = bytes(packed[at : at + CHUNK])
            while chunk and not unpacker.eof:
                size += len(unpacker.decompress(chunk, CHUNK))
                if size > allowed:
                    raise PdfTooLarge
                chunk = unpacker.unconsumed_tail
            if unpacker.eof:
                break
    except zlib.error:
        pass  # another filter, or the end of what is compressed
    return size
