"""PDF statements to records: ruled tables, and columns that only blanks separate."""

from __future__ import annotations

import io
import re
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from loans.sources.readers.amounts import AmountUnreadable, read_amount
from loans.sources.readers.header import AMOUNTS, TIMES
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
BRIDGES = 0.02  # of the rows: so many may print from one column into the next
TOLERANCE = 2.0  # points by which text may begin before its column's name
SEEN = 120  # rows by which columns are found
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

    columns = Columns()
    try:
        with pdfplumber.open(io.BytesIO(data), password=password or "") as document:
            for page in document.pages:
                _check_drawing(page, limits)
                ruled = _ruled(page)
                yield from columns.records(_lines(page)) if ruled is None else ruled
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

    @property
    def middle(self) -> float:
        """Halfway between its edges."""
        return (self.left + self.right) / 2

    def distance(self, other: Phrase) -> float:
        """How far two are from being aligned at the left, at the right or in the middle."""
        return min(
            abs(self.left - other.left),
            abs(self.right - other.right),
            abs(self.middle - other.middle),
        )


@dataclass(slots=True)
class Place:
    """A stretch of a page's width, and the names of columns that stand over it."""

    left: int
    right: int
    headings: list[int] = field(default_factory=list)

    def overlap(self, phrase: Phrase) -> float:
        """How far a phrase lies over it; negative by how far it is away."""
        return min(self.right, phrase.right) - max(self.left, phrase.left)


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


Way = Callable[["Phrase"], int]  # the column of a phrase


class Columns:
    """The columns of a table without rules: where its rows print, under the names that are nearest.

    What was seen on one page serves for the next, which may have few rows.
    """

    def __init__(self) -> None:
        self.headings: list[Phrase] = []
        self.roles: list[str | None] = []
        self.printed: Counter[int] = Counter()  # rows that print at a point of the page's width
        self.seen: list[list[Phrase]] = []

    def records(self, lines: list[list[Phrase]]) -> Iterator[list[str]]:
        """The records of a page, given its lines."""
        self.headings = _headings(lines) or self.headings
        if not self.headings:
            yield from ([phrase.text for phrase in line] for line in lines)
            return
        self.roles = [vocabulary().role(heading.text) for heading in self.headings]
        anchors = [index for index, line in enumerate(lines) if _is_row(line)]
        taken = _continued(lines, anchors, self.headings)
        for index in anchors:
            self._learn(lines[index])
        way = self._way()
        continuing = {id(line) for index in anchors for line in taken[index][1:]}
        for index, line in enumerate(lines):
            if index in taken:
                together = sorted(taken[index], key=lambda part: part[0].top)
                yield self._cells(together, way)
            elif id(line) not in continuing:
                yield [phrase.text for phrase in line]

    def _learn(self, line: list[Phrase]) -> None:
        self.seen.append(line)
        for phrase in line:
            self.printed.update(range(int(phrase.left), int(phrase.right) + 1))

    def _way(self) -> Way:
        """How phrases are given to columns: the way by which the rows seen fit best."""
        names = self.headings
        ways = [
            _by_place(self._places(), names),
            _by_edges([name.left for name in names], lambda phrase: phrase.left + TOLERANCE),
            _by_edges(_middles(names), lambda phrase: phrase.middle),
            _by_edges([0.0, *(name.right for name in names[:-1])], lambda phrase: phrase.right - 1),
        ]
        return min(ways, key=self._faults)

    def _faults(self, way: Way) -> int:
        """How often a phrase is not what its column holds, or two of a row are in one column."""
        faults = 0
        for line in self.seen[-SEEN:]:
            places = [way(phrase) for phrase in line]
            faults += len(places) - len(set(places))
            faults += sum(
                not _may_hold(self.roles[place], phrase.text)
                for place, phrase in zip(places, line, strict=True)
            )
        return faults

    def _places(self) -> list[Place]:
        """Stretches of the width that rows print in, each with the names above it."""
        least = len(self.seen) * BRIDGES
        places: list[Place] = []
        for point in sorted(point for point, rows in self.printed.items() if rows > least):
            if places and point - places[-1].right <= 1:
                places[-1].right = point
            else:
                places.append(Place(point, point))
        for at, heading in enumerate(self.headings):
            best = max(places, key=lambda place: place.overlap(heading), default=None)
            if best is not None and best.overlap(heading) > 0:
                best.headings.append(at)
        return places

    def _cells(self, lines: list[list[Phrase]], way: Way) -> list[str]:
        cells = [""] * len(self.headings)
        for line in lines:
            for phrase in line:
                at = way(phrase)
                between = " " if cells[at] and CLOCK.match(phrase.text) else ""
                cells[at] += between + phrase.text
        return cells


def _by_place(places: list[Place], headings: list[Phrase]) -> Way:
    """Each phrase to the name over the stretch that it prints in."""
    everything = range(len(headings))

    def way(phrase: Phrase) -> int:
        place = max(places, key=lambda place: place.overlap(phrase), default=None)
        names = place.headings if place is not None and place.headings else everything
        return min(names, key=lambda name: phrase.distance(headings[name]))

    return way


def _by_edges(edges: list[float], point: Callable[[Phrase], float]) -> Way:
    """Each phrase to the column whose left edge is the last before a point of it."""
    return lambda phrase: max(bisect_right(edges, point(phrase)) - 1, 0)


def _middles(headings: list[Phrase]) -> list[float]:
    """Edges halfway between names."""
    halves = [(before.right + after.left) / 2 for before, after in pairwise(headings)]
    return [0.0, *halves]


def _may_hold(role: str | None, text: str) -> bool:
    """Whether text can stand in a column of a role."""
    if role in AMOUNTS or role in {"balance", "fee"}:
        return _is_number(text)
    if role in TIMES:
        return looks_like_a_date(text) or text[:1].isdigit()
    return role is None or not _is_amount(text)


def _is_number(text: str) -> bool:
    try:
        read_amount(text)
    except AmountUnreadable:
        return False
    return True


def _continued(
    lines: list[list[Phrase]], anchors: list[int], headings: list[Phrase]
) -> dict[int, list[list[Phrase]]]:
    """For each line that is a row, itself and the lines that go on with its cells."""
    reach = _reach(lines, anchors)
    taken = {index: [lines[index]] for index in anchors}
    for index, line in enumerate(lines):
        if index in taken or line is headings or not anchors:
            continue
        near = min(anchors, key=lambda anchor: abs(lines[anchor][0].top - line[0].top))
        if abs(lines[near][0].top - line[0].top) <= reach:
            taken[near].append(line)
    return taken


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
