"""What a file is, by its content and never by its name, and the tables in it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from loans.sources.readers.archive import check_entries, is_workbook, member_of
from loans.sources.readers.delimited import delimited_records
from loans.sources.readers.encoding import text_lines
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.markup import looks_like_markup, markup_records
from loans.sources.readers.pdf import pdf_tables
from loans.sources.readers.records import Table
from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.source import Source
from loans.sources.readers.workbook import workbook_tables

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 4_096  # bytes by which a text is told from markup
OTHER_FORMATS = (  # pictures, archives, programs, papers
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\x7fELF", 
    b"MZ\x90",     b"II*\x00", b"MM\x00*", b"{\\rtf", b"RIFF", b"\x00\x00\x00",
)  # fmt: skip


def tables_of(
    source: Source, name: str, password: str | None, limits: StatementLimits, nested: bool = False
) -> Iterator[Table]:
    """The tables of a file. Raises `StatementRefused`, at once or while they are read."""
    if source.size > (limits.max_inflated_bytes if nested else limits.max_bytes):
        raise StatementRefused(RefusalCode.TOO_LARGE)
    head = source.head(65_536)
    if not head.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise StatementRefused(RefusalCode.NOT_A_STATEMENT)
    if nested and head.startswith((b"PK", b"%PDF-", OLE)):
        source = Source(source.bytes())  # their libraries read here and there
    if head.startswith(b"PK"):
        return _of_zip(source, password, limits, nested)
    if b"%PDF-" in head[:1_024]:
        return pdf_tables(source, password, limits)
    if head.startswith(OLE):
        return workbook_tables(source, limits)
    if head.startswith(OTHER_FORMATS):
        raise StatementRefused(RefusalCode.NOT_A_STATEMENT)
    return _of_text(source, name, limits)


def _of_zip(
    source: Source, password: str | None, limits: StatementLimits, nested: bool
) -> Iterator[Table]:
    check_entries(source, limits)
    if is_workbook(source):
        return workbook_tables(source, limits)
    if nested:
        raise StatementRefused(RefusalCode.NOT_A_STATEMENT)
    member = member_of(source, password, limits)
    return tables_of(member, member.name, password, limits, nested=True)


def _of_text(source: Source, name: str, limits: StatementLimits) -> Iterator[Table]:
    head = "\n".join(text_lines(io.BytesIO(source.head(HEAD)), HEAD))
    if looks_like_markup(head):
        if source.size > limits.max_markup_bytes:
            raise StatementRefused(RefusalCode.TOO_LARGE)
        with source.open() as file:
            text = "\n".join(text_lines(file, limits.max_markup_bytes))
        yield Table(name, markup_records(text))
        return
    with source.open() as file:
        yield Table(name, delimited_records(text_lines(file, limits.max_line_chars)), ragged=True)
