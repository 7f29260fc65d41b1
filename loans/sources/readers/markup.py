"""HTML and XML spreadsheets, which banks call `.xls`, to records.

The standard library's HTML parser takes quadratic time on hostile input (CVE-2025-6069, mended in
few releases of 3.11), and an XML parser expands entities: here a text is cut at its tags, in linear
time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from loans.sources.readers.records import Record
from loans.sources.readers.refusal import RefusalCode, StatementRefused

TAG = re.compile(r"<[^<>]*>")
NAME = re.compile(r"</?\s*(?:[a-z0-9]+:)?([a-z0-9]+)", re.IGNORECASE)
SPAN = re.compile(r"colspan\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
INDEX = re.compile(r"\bss:index\s*=\s*[\"'](\d{1,3})", re.IGNORECASE)
ROWS, CELLS = {"tr", "row"}, {"td", "th", "cell"}
MARKS = ("<html", "<table", "<?xml", "<!doctype", "<workbook", "<tr")
MAX_SPAN = 200
MAX_CELLS = 1_000  # of a row; no statement has as many columns


def looks_like_markup(head: str) -> bool:
    """Whether a text begins as HTML or XML do."""
    start = head.lstrip("\ufeff \t\r\n").lower()
    if not start.startswith("<"):
        return False
    return any(
        mark in start for mark in ("<html", "<table", "<?xml", "<!doctype", "<workbook", "<tr")
    )


def markup_records(text: str) -> Iterator[Record]:
    """Rows of the tables of an HTML page or an XML spreadsheet, numbered from 1.

    Raises `StatementRefused` for a text that declares entities.
    """
    if "<!ENTITY" in text[:65_536].upper():
        raise StatementRefused(RefusalCode.XML_ENTITIES)
    if "<!--" in text or "<script" in text.lower() or "<style" in text.lower():
        text = _without(text)
    return _rows(text)


def _without(text: str) -> str:
    """The text without comments, scripts and styles; one that does not end is left."""
    lower = text.lower()
    for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style")):
        parts: list[str] = []
        start = 0
        while (begin := lower.find(opening, start)) >= 0:
            end = lower.find(closing, begin + len(opening))
            if end < 0:
                break
            parts.append(text[start:begin])
            start = end + len(closing)
        text = "".join([*parts, text[start:]])
        lower = text.lower()
    return text


def _rows(text: str) -> Iterator[Record]:
    row, start = 0, 0
    cells: list[str] | None = None
    content: list[str] | None = None
    for tag in TAG.finditer(text):
        if content is not None:
            content.append(text[start : tag.start()])
        start = tag.end()
        found = NAME.match(tag[0])
        if found is None:
            continue
        name, closes = found[1].lower(), tag[0].startswith("</")
        if name in ROWS:
            if cells is not None:
                _end_cell(cells, content)
                content = None
                yield row, cells
                cells = None
            if not closes:
                row, cells = row + 1, []
        elif name in CELLS and cells is not None:
            _end_cell(cells, content)
            content = None
            if not closes:
                content = []
                _skip(cells, tag[0])
        elif name == "br" and content is not None:
            content.append(" ")
    if cells is not None:
        _end_cell(cells, content)
        yield row, cells


def _skip(cells: list[str], tag: str) -> None:
    """Leaves room for cells that a spreadsheet does not write."""
    if index := INDEX.search(tag):
        cells.extend([""] * (min(int(index[1]), MAX_SPAN) - 1 - len(cells)))
    if span := SPAN.search(tag):
        cells.extend([""] * (min(int(span[1]), MAX_SPAN) - 1))


def _end_cell(cells: list[str], content: list[str] | None) -> None:
    if content is not None and len(cells) < MAX_CELLS:
        cells.append(html.unescape("".join(content)).replace("\xa0", " ").strip())
