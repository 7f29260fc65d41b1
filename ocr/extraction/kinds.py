"""Which documents the lines of a page belong to, by the keywords of their forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ocr.document_types import (
    DISTINCTIVE_KEYWORDS,
    KEYWORDS,
    TEMPORARY_CARD,
    DocumentType,
    Keywords,
    keywords_in,
)
from ocr.recognition.line import Line


@dataclass(frozen=True)
class KindRules:
    """How much text makes a document of a kind; from the policy.

    `min_keywords` of a kind where one of them is on no other paper, else `min_shared_keywords`. A
    page without enough of any kind is some other document from `min_lines` lines on.
    """

    min_keywords: int
    min_shared_keywords: int
    min_lines: int


def split_by_kind(lines: Sequence[Line], rules: KindRules) -> list[tuple[DocumentType, list[Line]]]:
    """The lines of each document on a page, with its kind.

    Two documents copied onto one page are separated by a straight cut between their keywords.
    A temporary identity card is one side of a card, and has its title and term on it.
    """
    keywords = keywords_in("\n".join(line.text for line in lines))
    if _is_temporary_card(lines) and _is_shown(
        DocumentType.ID_FRONT, keywords[DocumentType.ID_FRONT], rules
    ):
        keywords[DocumentType.ID_BACK] = frozenset()
    shown = sorted(
        (kind for kind in keywords if _is_shown(kind, keywords[kind], rules)),
        key=lambda kind: (-len(keywords[kind]), -len(keywords[kind]) / len(KEYWORDS[kind])),
    )
    if not shown:
        other = len(lines) >= rules.min_lines
        kind = DocumentType.OTHER_DOCUMENT if other else DocumentType.NOT_A_DOCUMENT
        return [(kind, list(lines))]
    for other_kind in shown[1:]:
        cut = _cut_between(shown[0], other_kind, keywords, lines)
        if cut is not None:
            return [(shown[0], cut[0]), (other_kind, cut[1])]
    return [(shown[0], list(lines))]


def _is_temporary_card(lines: Sequence[Line]) -> bool:
    """Whether the only title of an identity card is that of a temporary one."""
    titles = [line.text for line in lines if "居民身份证" in line.text]
    temporary = any(TEMPORARY_CARD in line.text for line in lines)
    return temporary and all(TEMPORARY_CARD in title for title in titles)


def _is_shown(kind: DocumentType, keywords: frozenset[str], rules: KindRules) -> bool:
    distinctive = DISTINCTIVE_KEYWORDS.get(kind, keywords)
    known = keywords.intersection(distinctive)
    return len(keywords) >= (rules.min_keywords if known else rules.min_shared_keywords)


def _cut_between(
    one: DocumentType, other: DocumentType, keywords: Keywords, lines: Sequence[Line]
) -> tuple[list[Line], list[Line]] | None:
    """The lines of one kind and those of the other; None where no straight cut separates them."""
    marks = [_lines_with(keywords[kind], lines) for kind in (one, other)]
    for low, high in ((_top, _bottom), (_left, _right)):
        for first, second in ((0, 1), (1, 0)):
            end, begin = max(map(high, marks[first])), min(map(low, marks[second]))
            if end < begin:
                before = [line for line in lines if (low(line) + high(line)) / 2 < begin]
                after = [line for line in lines if (low(line) + high(line)) / 2 >= begin]
                return (before, after) if first == 0 else (after, before)
    return None


def _lines_with(words: Iterable[str], lines: Sequence[Line]) -> list[Line]:
    """The lines that show some words; the title of a temporary card shows no back of a card."""
    own = [line for line in lines if TEMPORARY_CARD not in line.text]
    return [line for line in own if any(word in line.text for word in words)]


_top, _bottom = attrgetter("top"), attrgetter("bottom")
_left, _right = attrgetter("left"), attrgetter("right")
