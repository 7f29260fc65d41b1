"""Values beside labels: which text of a page belongs to which printed label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ocr.lines import Line

MOST_CONTINUATIONS = 14


@dataclass(frozen=True)
class Value:
    """The text printed for a label; `confidence` is that of its weakest line."""

    text: str
    confidence: float
    quads: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class _Anchor:
    name: str
    lines: tuple[Line, ...]
    inline: Line | None  # what follows the label in the same line

    @property
    def last(self) -> Line:
        return self.inline or self.lines[-1]


def values_beside_labels(
    lines: Sequence[Line], labels: Mapping[str, Sequence[str]]
) -> dict[str, Value]:
    """For each field, the value printed beside the first of its labels that the page shows.

    `labels` maps a field to the texts that may announce it. A value may share the label's line,
    stand to its right, and go on in the lines below it.
    """
    anchors = _anchors(lines, labels)
    taken = {id(line) for anchor in anchors.values() for line in anchor.lines}
    starts: dict[str, Line] = {}
    for name, anchor in anchors.items():
        start = anchor.inline or _right_of(anchor, lines, taken)
        if start is not None:
            starts[name] = start
            taken.add(id(start))
    barriers = [*starts.values(), *(line for a in anchors.values() for line in a.lines)]
    return {name: _value(start, lines, barriers, taken) for name, start in starts.items()}


def _anchors(lines: Sequence[Line], labels: Mapping[str, Sequence[str]]) -> dict[str, _Anchor]:
    found: dict[str, _Anchor] = {}
    for name, texts in labels.items():
        anchor = _whole_label(name, texts, lines) or _label_in_pieces(name, texts, lines)
        if anchor is not None:
            found[name] = anchor
    return found


def _whole_label(name: str, texts: Iterable[str], lines: Sequence[Line]) -> _Anchor | None:
    for text in texts:
        for line in lines:
            at = line.text.find(text)
            if at < 0 or (at > 0 and len(text) < 4 and not _follows_a_value(line.text, at)):
                continue
            rest = line.text[at + len(text) :].lstrip(":：")
            if not rest:
                return _Anchor(name, (line,), None)
            return _Anchor(name, (line,), _tail(line, rest))
    return None


def _follows_a_value(text: str, at: int) -> bool:
    """民族 may follow 性别男 in one line; a label inside a sentence is none."""
    return text[at:].startswith("民族") and text.startswith("性别")


def _label_in_pieces(name: str, texts: Iterable[str], lines: Sequence[Line]) -> _Anchor | None:
    """Two characters set apart, 名 称, often read as two lines; the second may carry the value."""
    for text in texts:
        if len(text) != 2:
            continue
        for first in (line for line in lines if line.text == text[0]):
            row = [
                line
                for line in lines
                if line is not first and line.beside(first) and line.left > first.right
            ]
            second = min(row, key=lambda line: line.left, default=None)
            if second is None or not second.text.startswith(text[1]):
                continue
            rest = second.text[1:].lstrip(":：")
            return _Anchor(name, (first, second), _tail(second, rest) if rest else None)
    return None


def _tail(line: Line, rest: str) -> Line:
    share = len(rest) / max(len(line.text), 1)
    left = line.right - (line.right - line.left) * share
    return Line(rest, line.confidence, left, line.top, line.right, line.bottom, line.quad)


def _right_of(anchor: _Anchor, lines: Sequence[Line], taken: set[int]) -> Line | None:
    label = anchor.last
    row = [
        line
        for line in lines
        if id(line) not in taken and line.beside(label) and line.left > label.right - label.height
    ]
    return min(row, key=lambda line: line.left, default=None)


def _value(start: Line, lines: Sequence[Line], barriers: Sequence[Line], taken: set[int]) -> Value:
    parts = [start]
    while len(parts) <= MOST_CONTINUATIONS:
        following = _continuation(parts[-1], start, lines, barriers, taken)
        if following is None:
            break
        taken.add(id(following))
        parts.append(following)
    return Value(
        text="".join(part.text for part in parts),
        confidence=min(part.confidence for part in parts),
        quads=tuple(part.quad for part in parts),
    )


def _continuation(
    last: Line, start: Line, lines: Sequence[Line], barriers: Sequence[Line], taken: set[int]
) -> Line | None:
    for line in lines:
        gap = line.top - last.bottom
        if (
            id(line) not in taken
            and -0.5 * last.height < gap < 0.8 * last.height
            and line.middle > last.middle + 0.5 * last.height
            and abs(line.left - start.left) < 1.5 * start.height
            and not any(b.beside(line) and b.left < line.left for b in _near(barriers, line))
        ):
            return line
    return None


def _near(barriers: Sequence[Line], line: Line) -> list[Line]:
    """Labels close to the left of a line: a row that has one starts another field."""
    return [b for b in barriers if 0 < line.left - b.left < 14 * line.height]
