"""XLSX and XLS to records.

The library keeps a sheet as a full rectangle: two cells in opposite corners would take gigabytes.
So the extent, the entities and the texts of a workbook are checked before the library sees it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from loans.sources.readers.compound import check_workbook
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.records import Record, Table
from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.source import Source

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
CHUNK = 1 << 20
OVERLAP = 64  # bytes of a chunk that are read again with the next: no mark is longer
REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
TEXT_INDEX = re.compile(rb"<v>(\d{1,9})</v>")
TEXT_END = re.compile(rb"</(?:\w+:)?si>")
LONG_TEXT = 2_000  # bytes
MAX_TEXT_BYTES = 64 << 20  # of all cells together, as the library copies each cell's text


def workbook_tables(source: Source, limits: StatementLimits) -> Iterator[Table]:
    """The sheets of a workbook. Raises `StatementRefused` for one that is broken or a bomb."""
    import python_calamine

    if source.head(2) == b"PK":
        _check_parts(source, limits)
    else:
        _check_compound(source, limits)
    with _refusing():
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.bytes()))
        names = book.sheet_names
    if len(names) > limits.max_sheets:
        raise StatementRefused(RefusalCode.TOO_LARGE)
    for name in names:
        yield Table(name, _rows(book, name))


def _check_compound(source: Source, limits: StatementLimits) -> None:
    if source.size > limits.max_workbook_bytes:
        raise StatementRefused(RefusalCode.TOO_LARGE)
    data = source.bytes()
    if ENCRYPTED_PACKAGE in data:  # an XLSX with a password is kept in a compound file
        raise StatementRefused(RefusalCode.PASSWORD_NEEDED)
    check_workbook(data, limits.max_cells)


def _rows(book: CalamineWorkbook, name: str) -> Iterator[Record]:
    with _refusing():
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None:
            yield from enumerate(sheet.iter_rows(), start=1)


@contextmanager
def _refusing() -> Iterator[None]:
    """Faults of the library as `StatementRefused`. It is Rust, whose panics are no `Exception`."""
    import python_calamine

    try:
        yield
    except StatementRefused:
        raise
    except python_calamine.PasswordError as error:
        raise StatementRefused(RefusalCode.PASSWORD_NEEDED) from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise StatementRefused(RefusalCode.BROKEN) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise StatementRefused(RefusalCode.BROKEN) from error


def _check_parts(source: Source, limits: StatementLimits) -> None:
    """Takes every part out once, counting, and looks for what the library would fall over."""
    total = 0
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            long_texts: dict[int, int] = {}
            sheets = []
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise StatementRefused(RefusalCode.PASSWORD_NEEDED)
                if entry.file_size > limits.max_ratio * max(entry.compress_size, 4_096):
                    raise StatementRefused(RefusalCode.COMPRESSED_TOO_FAR)
                total += entry.file_size
                if total > limits.max_inflated_bytes:
                    raise StatementRefused(RefusalCode.TOO_LARGE)
                name = entry.filename.lower()
                if name.endswith("sharedstrings.xml"):
                    with archive.open(entry) as part:
                        long_texts = _long_texts(part, entry)
                elif "worksheets/" in name:
                    sheets.append(entry)
                elif name.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        for chunk in _chunks(part, entry):
                            _check_entities(chunk)
            if len(sheets) > limits.max_sheets * 2:  # with their relations
                raise StatementRefused(RefusalCode.TOO_LARGE)
            for entry in sheets:
                with archive.open(entry) as part:
                    _check_sheet(_chunks(part, entry), long_texts, limits)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise StatementRefused(RefusalCode.BROKEN) from error
    except (NotImplementedError, RuntimeError) as error:
        raise StatementRefused(RefusalCode.BROKEN) from error


def _chunks(part: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in chunks that overlap a little; no more than was declared and allowed."""
    seen, last = 0, b""
    while chunk := part.read(CHUNK):
        seen += len(chunk)
        if seen > entry.file_size:
            raise StatementRefused(RefusalCode.BROKEN)
        yield last + chunk
        last = chunk[-OVERLAP:]


def _check_entities(chunk: bytes) -> None:
    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
        raise StatementRefused(RefusalCode.XML_ENTITIES)


def _check_sheet(
    chunks: Iterator[bytes], long_texts: dict[int, int], limits: StatementLimits
) -> None:
    """Refuses a sheet whose rectangle, or the texts of whose cells, would be too much."""
    columns: set[bytes] = set()
    rows, text_bytes = 0, 0
    for chunk in chunks:
        _check_entities(chunk)
        references = REFERENCE.findall(chunk)
        columns.update(letters for letters, _ in references)
        rows = max(rows, max((int(number) for _, number in references), default=0))
        if rows * max(map(_column, columns), default=0) > limits.max_cells:
            raise StatementRefused(RefusalCode.TOO_LARGE)
        if long_texts:
            for index, times in Counter(TEXT_INDEX.findall(chunk)).items():
                text_bytes += long_texts.get(int(index), 0) * times
            if text_bytes > MAX_TEXT_BYTES:
                raise StatementRefused(RefusalCode.TOO_LARGE)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _long_texts(part: IO[bytes], entry: zipfile.ZipInfo) -> dict[int, int]:
    """Which shared texts are long, and how long; a cell holds the number of its text."""
    long: dict[int, int] = {}
    index, length, seen = 0, 0, 0
    rest = b""
    while chunk := part.read(CHUNK):
        seen += len(chunk)
        if seen > entry.file_size:
            raise StatementRefused(RefusalCode.BROKEN)
        text = rest + chunk
        _check_entities(text)
        start = 0
        for end in TEXT_END.finditer(text):
            length += end.start() - start
            if length > LONG_TEXT:
                long[index] = length
            index, length, start = index + 1, 0, end.end()
        rest = text[-OVERLAP:] if len(text) - start > OVERLAP else text[start:]
        length += max(len(text) - start - len(rest), 0)
    return long
