"""PDF statements to records: ruled tables, and columns that only blanks separate."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from loans.sources.readers.amounts import AmountUnreadable, read_amount
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.records import Record, Table
from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.source import Source
from loans.sources.readers.times import looks_like_a_date
from loans.sources.readers.vocabulary import vocabulary

STREAM = re.compile(rb"stream\r?\n")
TWICE_PACKED = re.compile(
    rb"/(?:FlateDecode|Fl|LZWDecode|LZW)\s*/(?:FlateDecode|Fl|LZWDecode|LZW)\b"
)
DICTIONARY = 1_024  # bytes before a stream in which its filter stands
CHUNK = 1 << 18
HEADER_NAMES = 4  # known names of columns that make a line a header
BLANK = 0.4  # of the type's size: words nearer than that are one cell
SAME_LINE = 0.5  # of the type's size
CLOCK = re.compile(r"\d{1,2}:\d{2}")


def pdf_tables(source: Source, password: str | None, limits: StatementLimits) -> Iterator[Table]:
    """The lines of a PDF as one table. Raises `StatementRefused`."""
    if source.size > limits.max_pdf_bytes:
        raise StatementRefused(RefusalCode.TOO_LARGE)
    data = source.bytes()
    _check_streams(data, limits)
    _check_pages(data, password, limits)
    yield Table("", _numbered(_records(data, password, limits)))


def _check_streams(data: bytes, limits: StatementLimits) -> None:
    """Inflates what is compressed once, keeping nothing, and refuses what grows too far."""
    if TWICE_PACKED.search(data):
        raise StatementRefused(RefusalCode.COMPRESSED_TOO_FAR)
    total = 0
    for found in STREAM.finditer(data):
        if b"Fl" not in data[max(found.start() - DICTIONARY, 0) : found.start()]:
            continue
        inflater = zlib.decompressobj()
        rest = data[found.end() : found.end() + CHUNK]
        position = found.end() + len(rest)
        try:
            while rest:
                total += len(inflater.decompress(rest, CHUNK * 4))
                if total > limits.max_markup_bytes * 4:
                    raise StatementRefused(RefusalCode.COMPRESSED_TOO_FAR)
                rest = inflater.unconsumed_tail
                if not rest and not inflater.eof:
                    rest = data[position : position + CHUNK]
                    position += len(rest)
        except zlib.error:
            continue  # what is encrypted, or no stream: the library will say


def _check_pages(data: bytes, password: str | None, limits: StatementLimits) -> None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data, password=password)
        pages = len(document)
        document.close()
    except pypdfium2.PdfiumError as error:
        if "password" not in str(error).lower():
            raise StatementRefused(RefusalCode.BROKEN) from error
        code = RefusalCode.WRONG_PASSWORD if password else RefusalCode.PASSWORD_NEEDED
        raise StatementRefused(code) from error
    if pages > limits.max_pages:
        raise StatementRefused(RefusalCode.TOO_LARGE)


def _numbered(records: Iterable[Sequence[str]]) -> Iterator[Record]:
    yield from enumerate(records, start=1)


def _records(data: bytes, password: str | None, limits: StatementLimits) -> Iterator[list[str]]:
    import pdfplumber

    headings: list[Phrase] = []
    try:
        with pdfplumber.open(io.BytesIO(data), password=password or "") as document:
            for page in document.pages:
                _check_drawing(page, limits)
                ruled = _ruled(page)
                if ruled is None:
                    lines = _lines(page)
                    headings = _headings(lines) or headings
                    yield from _by_alignment(lines, headings)
                else:
                    yield from ruled
                page.close()
    except StatementRefused:
        raise
    except Exception as error:  # the library raises whatever its parsers raise
        raise StatementRefused(RefusalCode.BROKEN) from error


def _check_drawing(page: Any, limits: StatementLimits) -> None:
    from pdfminer.pdftypes import resolve1

    total = 0
    for content in page.page_obj.contents:
        stream = resolve1(content)
        if hasattr(stream, "get_data"):
            total += len(stream.get_data())
        if total > limits.max_page_bytes:
            raise StatementRefused(RefusalCode.TOO_LARGE)


def _ruled(page: Any) -> list[list[str]] | None:
    """The records of a page whose table has rules on all sides; None for another page."""
    if len(page.rects) + len(page.lines) < HEADER_NAMES:
        return None
    tables = [(table, table.extract()) for table in page.find_tables()]
    good = [(table, rows) for table, rows in tables if rows and _is_whole(rows)]
    if not good:
        return None
    boxes = [table.bbox for table, _ in good]
    others = _lines(page.filter(lambda thing: not _inside(thing, boxes)))
    top = min(box[1] for box in boxes)
    above = [[phrase.text for phrase in line] for line in others if line[0].top < top]
    below = [[phrase.text for phrase in line] for line in others if line[0].top >= top]
    cells = [[_joined(cell) for cell in row] for _, rows in good for row in rows]
    return [*above, *cells, *below]


def _is_whole(rows: list[list[str | None]]) -> bool:
    """Whether rows of a table are rows of a statement, and not one cell that holds a column."""
    if max(map(len, rows)) < HEADER_NAMES:
        return False
    return not any(
        sum(looks_like_a_date(part) for part in (cell or "").split("\n")) > 1
        for row in rows
        for cell in row
    )


def _inside(thing: dict[str, Any], boxes: list[tuple[float, float, float, float]]) -> bool:
    middle = (thing["top"] + thing["bottom"]) / 2
    return any(box[1] <= middle <= box[3] for box in boxes)


def _joined(cell: str | None) -> str:
    """The text of a cell that was broken into lines."""
    text = ""
    for part in (cell or "").split("\n"):
        between = " " if CLOCK.match(part) or (text[-1:].isascii() and part[:1].isalpha()) else ""
        text += between + part if text else part
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together on a page."""

    text: str
    left: float
    right: float
    top: float

    def distance(self, other: Phrase) -> float:
        """How far two are from being aligned at the left, at the right or in the middle."""
        return min(
            abs(self.left - other.left),
            abs(self.right - other.right),
            abs(self.left + self.right - other.left - other.right) / 2,
        )


def _lines(page: Any) -> list[list[Phrase]]:
    """The phrases of a page, line by line from the top."""
    words = page.extract_words(x_tolerance=1.5, y_tolerance=2, keep_blank_chars=False)
    words.sort(key=lambda word: (word["top"], word["x0"]))
    lines: list[list[dict[str, Any]]] = []
    for word in words:
        size = word["bottom"] - word["top"]
        if lines and abs(lines[-1][0]["top"] - word["top"]) < size * SAME_LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [_phrases(sorted(line, key=lambda word: word["x0"])) for line in lines]


def _phrases(words: list[dict[str, Any]]) -> list[Phrase]:
    phrases: list[Phrase] = []
    for word in words:
        near = (word["bottom"] - word["top"]) * BLANK
        if phrases and word["x0"] - phrases[-1].right < near:
            last = phrases.pop()
            text = f"{last.text} {word['text']}"
            phrases.append(Phrase(text, last.left, word["x1"], last.top))
        else:
            phrases.append(Phrase(word["text"], word["x0"], word["x1"], word["top"]))
    return phrases


def _headings(lines: list[list[Phrase]]) -> list[Phrase]:
    """The phrases of the line that names the columns."""
    known = vocabulary()
    for line in lines:
        if sum(known.role(phrase.text) is not None for phrase in line) >= HEADER_NAMES:
            return line
    return []


def _by_alignment(lines: list[list[Phrase]], headings: list[Phrase]) -> Iterator[list[str]]:
    """Records of a page whose columns stand under their names."""
    if not headings:
        yield from ([phrase.text for phrase in line] for line in lines)
        return
    anchors = [index for index, line in enumerate(lines) if _is_row(line)]
    reach = _reach(lines, anchors)
    taken: dict[int, list[list[Phrase]]] = {index: [lines[index]] for index in anchors}
    notes: list[int] = []
    for index, line in enumerate(lines):
        if index in taken or line == headings:
            continue
        near = min(
            anchors, key=lambda anchor: abs(lines[anchor][0].top - line[0].top), default=None
        )
        if near is not None and abs(lines[near][0].top - line[0].top) <= reach:
            taken[near].append(line)
        else:
            notes.append(index)
    for index, line in enumerate(lines):
        if line == headings:
            yield [phrase.text for phrase in headings]
        elif index in taken:
            together = sorted(taken[index], key=lambda part: part[0].top)
            yield _cells(together, headings)
        elif index in notes:
            yield [phrase.text for phrase in line]


def _reach(lines: list[list[Phrase]], anchors: list[int]) -> float:
    """How far a line may be from the row that it continues: under half of the smallest step."""
    tops = [lines[index][0].top for index in anchors]
    steps = [after - before for before, after in pairwise(tops)]
    return max(steps) * 0.55 if steps else 12.0


def _is_row(line: list[Phrase]) -> bool:
    dated = any(looks_like_a_date(phrase.text) for phrase in line)
    return dated and len(line) >= 3 and any(_is_amount(phrase.text) for phrase in line)


def _is_amount(text: str) -> bool:
    try:
        return "." in text and read_amount(text) is not None
    except AmountUnreadable:
        return False


def _cells(lines: list[list[Phrase]], headings: list[Phrase]) -> list[str]:
    cells = [""] * len(headings)
    for line in lines:
        for phrase in line:
            place = min(range(len(headings)), key=lambda at: phrase.distance(headings[at]))
            between = " " if cells[place] and CLOCK.match(phrase.text) else ""
            cells[place] += between + phrase.text
    return cells
