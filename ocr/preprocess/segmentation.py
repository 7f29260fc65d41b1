"""Which text lies on one sheet: lines that run one way, near each other or on the same paper.

First into fragments, which never join two sheets; a crease, a shadow or a frame may leave a sheet
in several. Then fragments are joined by their keywords and by the colour of their paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ocr.document_types import DocumentType, Keywords
from ocr.geometry import Pixels
from ocr.preprocess.paper import Colour, PaperAreas
from ocr.preprocess.text_boxes import Group, TextBox, among, angle_between

NEAR = 4.0  # line heights between neighbours on a sheet
ONE_WAY = 15.0  # degrees between neighbours: perspective and curl turn lines a little
TWO_WAYS = 9.0  # degrees between the lines of one sheet and the next of another one
MIN_LINES = 3  # of a sheet that is known by the direction of its lines
MAX_AMONG = 0.34  # of the lines of a sheet, within the outline of another's
SAME_WAY = 10.0  # degrees between the fragments of a sheet
SAME_PAPER = 12.0  # of 255, between the colours (a*, b*) of its fragments
ADJOINING = 12.0  # line heights between its fragments
MIN_KEYWORDS = 2  # of a fragment that may be a document of a kind


@dataclass(frozen=True)
class Fragment:
    """Text lines of one sheet, with the keywords of each kind of document among them.

    `direction` degrees clockwise from left to right, None where it was not determined; `angle` of
    its lines, degrees, -90..90.
    """

    boxes: Group
    direction: float | None
    angle: float
    paper: Colour
    keywords: Keywords

    @property
    def kinds(self) -> frozenset[DocumentType]:
        """The kinds of document that it may be."""
        return frozenset(k for k, words in self.keywords.items() if len(words) >= MIN_KEYWORDS)

    @property
    def text_length(self) -> float:
        """Total length of its lines, photo pixels."""
        return sum(box.length for box in self.boxes)


Sheet = list[Fragment]


def group_by_paper(boxes: Sequence[TextBox], photo: Pixels) -> list[tuple[Group, Colour]]:
    """Text lines that lie on one sheet, with the colour of their paper, most text first.

    Lines too short to have a direction go with their nearest neighbour that has one.
    """
    long = [box for box in boxes if box.has_direction]
    paper = PaperAreas(photo)
    connected = _connected(long, [paper.under(box) for box in long])
    groups = [part for group in connected for part in _by_direction(group)]
    for box in boxes:
        if not box.has_direction and groups:
            min(groups, key=lambda group: _distance(group, box)).append(box)
    longest = sorted(groups, key=lambda group: -sum(box.length for box in group))
    return [(group, paper.colour(group)) for group in longest]


def _connected(boxes: Sequence[TextBox], papers: Sequence[int | None]) -> list[Group]:
    """Boxes in groups, of which each box belongs together with another one."""
    parent = list(range(len(boxes)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for i, one in enumerate(boxes):
        for j, other in enumerate(boxes[:i]):
            if _together(one, other, papers[i], papers[j]):
                parent[root(i)] = root(j)
    groups: dict[int, Group] = {}
    for index, box in enumerate(boxes):
        groups.setdefault(root(index), []).append(box)
    return list(groups.values())


def _together(one: TextBox, other: TextBox, paper: int | None, others_paper: int | None) -> bool:
    turn = angle_between(one.angle, other.angle)
    if paper is not None and others_paper is not None:
        return paper == others_paper and turn < ONE_WAY
    low = np.maximum(one.quad.min(0), other.quad.min(0))
    high = np.minimum(one.quad.max(0), other.quad.max(0))
    gap = float(np.linalg.norm(np.maximum(low - high, 0)))
    return gap < NEAR * min(one.height, other.height) and turn < ONE_WAY


def _by_direction(group: Group) -> list[Group]:
    """The group, or the lines of two sheets in it that run in two directions, each for itself.

    A sheet under or beside another one may show no edge where both are white. Perspective turns the
    lines of one sheet little by little: from one line to the next by at most 7 degrees on the
    shared set, on two sheets by 11 and more. Lines that run across others are a watermark's.
    """
    first = group[0].angle
    ordered = sorted(group, key=lambda box: (box.angle - first + 90) % 180 - 90)
    turns = [
        (angle_between(one.angle, other.angle), at + 1)
        for at, (one, other) in enumerate(pairwise(ordered))
    ]
    turn, cut = max(turns[MIN_LINES - 1 : len(turns) - MIN_LINES + 1], default=(0.0, 0))
    parts = [ordered[:cut], ordered[cut:]]
    apart = turn > TWO_WAYS and not _is_among(*parts) and not _is_among(*reversed(parts))
    return parts if apart else [group]


def _is_among(lines: Group, others: Group) -> bool:
    """Whether some of the lines lie within the outline of others, as these run."""
    return bool(among(lines, others).mean() > MAX_AMONG)


def _distance(group: Group, box: TextBox) -> float:
    return min(float(np.linalg.norm(member.centre - box.centre)) for member in group)


def assemble_sheets(fragments: Sequence[Fragment]) -> list[Sheet]:
    """The fragments of each document, the one with the most keywords of its kind first.

    Where no fragment contains enough keywords, the one with most text is taken for the document.
    """
    if not fragments:
        return []
    seeds = _seeds(fragments)
    sheets: list[Sheet] = []
    for seed in seeds:
        home = next((sheet for sheet in sheets if _completes(sheet, seed)), None)
        if home is None:
            sheets.append([seed])
        else:
            home.append(seed)
    for fragment in fragments:
        if not any(fragment is seed for seed in seeds):
            _add_to_nearest(sheets, fragment)
    return sheets


def _seeds(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments that may begin a sheet."""
    known = [fragment for fragment in fragments if fragment.kinds]
    if not known:
        return [max(fragments, key=lambda fragment: fragment.text_length)]
    return sorted(known, key=lambda f: -max(map(len, f.keywords.values())))


def _add_to_nearest(sheets: Sequence[Sheet], fragment: Fragment) -> None:
    homes = [sheet for sheet in sheets if _adjoins(sheet, fragment)]
    if homes:
        min(homes, key=lambda sheet: _gap(sheet, fragment)).append(fragment)


def _completes(sheet: Sequence[Fragment], fragment: Fragment) -> bool:
    """Whether a fragment continues a sheet: one way, one kind, no keyword twice."""
    shared = [(part, kind) for part in sheet for kind in part.kinds & fragment.kinds]
    return bool(shared) and all(
        _one_way(part, fragment) and not part.keywords[kind] & fragment.keywords[kind]
        for part, kind in shared
    )


def _adjoins(sheet: Sequence[Fragment], fragment: Fragment) -> bool:
    first = sheet[0]
    heights = np.median([box.height for part in sheet for box in part.boxes])
    colour = float(np.abs(first.paper[1:] - fragment.paper[1:]).max())
    return (
        _one_way(first, fragment)
        and colour < SAME_PAPER
        and _gap(sheet, fragment) < ADJOINING * float(heights)
    )


def _one_way(one: Fragment, other: Fragment) -> bool:
    if one.direction is None or other.direction is None:
        return angle_between(one.angle, other.angle) < SAME_WAY
    return abs((one.direction - other.direction + 180) % 360 - 180) < SAME_WAY


def _gap(sheet: Sequence[Fragment], fragment: Fragment) -> float:
    """Between the outlines of the text, in the direction in which it runs, photo pixels."""
    turn = np.radians(sheet[0].angle)
    level = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    own = np.concatenate([box.quad for part in sheet for box in part.boxes]) @ level.T
    its = np.concatenate([box.quad for box in fragment.boxes]) @ level.T
    apart = np.maximum(own.min(0), its.min(0)) - np.minimum(own.max(0), its.max(0))
    return float(np.linalg.norm(np.maximum(apart, 0)))
