"""The texts of a PDF with their places. Pure."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

import pdfplumber
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from loans.sources.readers.einvoice_limits import InvoiceLimits
from loans.sources.readers.placed_text import PlacedText

WITHIN_WORD = 1.5  # points between two characters of a word
NO_LETTERS = "(cid:"  # a font that does not say which letters it has
MIN_TEXTS = 8  # fewer words are a scan with a stamp
_STREAM = re.compile(rb"stream\r?\n")
_CHUNK = 1 << 20


class PdfUnreadable(Exception):
    """Bytes that are no PDF, a locked or a broken one."""


class PdfTooLarge(Exception):
    """A PDF that unpacks to more than is allowed, or has too many words."""


def texts_of_pdf(data: bytes, limits: InvoiceLimits) -> list[PlacedText]:
    """The words of the first pages, one page below the other; none where it is a scan.

    Raises `PdfUnreadable`, `PdfTooLarge`.
    """
    _require_unpacks_within(data, limits.max_unpacked_bytes)
    found: list[PlacedText] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            above = 0.0
            for number in range(min(limits.max_pages, len(document.pages))):
                page = document.pages[number]
                texts = page.extract_words(x_tolerance=WITHIN_WORD)
                found += [_placed(text, above) for text in texts]
                if len(found) > limits.max_texts:
                    raise PdfTooLarge
                above += float(page.height)
                page.close()
    except (PdfminerException, PSException, PDFSyntaxError, *_BROKEN) as error:
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
    for start in _STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        fed = memoryview(data)[start.end() :]
        try:
            for at in range(0, len(fed), _CHUNK):
                chunk = bytes(fed[at : at + _CHUNK])
                while chunk:
                    left -= len(unpacker.decompress(chunk, _CHUNK))
                    if left < 0:
                        raise PdfTooLarge
                    chunk = unpacker.unconsumed_tail
                if unpacker.eof:
                    break
        except zlib.error:
            continue  # another filter, or the end of what is compressed
