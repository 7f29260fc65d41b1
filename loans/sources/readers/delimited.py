"""CSV and TSV to records."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from loans.sources.readers.records import Record

QUOTED = re.compile(r'"[^"]*"')
DELIMITERS = ",\t;|"
SAMPLE = 80  # lines, in which the delimiter is found
MAX_LINES_A_RECORD = 12  # of a quoted cell with line feeds; an open quote would take the whole file


def delimited_records(lines: Iterable[str]) -> Iterator[Record]:
    """Records of a delimited text, each with the physical line at which it begins."""
    numbered = iter(enumerate(lines, start=1))
    sample = list(islice(numbered, SAMPLE))
    delimiter = _delimiter([text for _, text in sample])
    waiting = chain(sample, numbered)
    for line, text in waiting:
        if '="' in text:  # how text is kept text in spreadsheets
            text = text.replace('="', '"')
        if '"' not in text:
            yield line, text.split(delimiter)
        elif text.count('"') % 2 == 0:
            yield line, _cells(text, delimiter)
        else:
            taken, closed = _quoted_record(text, waiting)
            if closed:
                yield line, _cells("\n".join(taken), delimiter)
            else:
                for offset, single in enumerate(taken):
                    yield line + offset, [cell.strip('"') for cell in single.split(delimiter)]


def _quoted_record(text: str, following: Iterator[tuple[int, str]]) -> tuple[list[str], bool]:
    """The lines of a record whose quote goes on, and whether the quote ends."""
    taken, quotes = [text], text.count('"')
    for _, more in following:
        taken.append(more)
        quotes += more.count('"')
        if quotes % 2 == 0:
            return taken, True
        if len(taken) == MAX_LINES_A_RECORD:
            break
    return taken, False


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(
            csv.reader(
                [text + "\n"] if "\n" not in text else text.splitlines(True),
                delimiter=delimiter,
                skipinitialspace=True,
            ),
            [],
        )
    except csv.Error:  # a cell larger than the module reads
        return text.split(delimiter)


def _delimiter(lines: list[str]) -> str:
    """The delimiter by which most lines have the same number of cells, at least three."""
    bare = [QUOTED.sub("", line) for line in lines]
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        found = (line.count(delimiter) for line in bare)
        counts = Counter(count for count in found if count >= 2)
        if not counts:
            continue
        cells, times = max(counts.items(), key=lambda item: (item[1], item[0]))
        score = times * min(cells, 12)
        if score > best_score:
            best, best_score = delimiter, score
    return best
