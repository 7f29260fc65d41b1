"""Which text lies on one sheet: lines that run one way, near each other or on the same paper.

First into pieces, which never join two sheets; a crease, a shadow or a frame may leave a sheet in
several pieces. Then pieces are joined by what their labels say and by the colour of their paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
import numpy.typing as npt

from ocr.recognition.engine import Pixels, Quad

NEAR = 4.0  # line heights between neighbours on a sheet
ONE_WAY = 15.0  # degrees between neighbours: perspective and curl turn lines a little
SAME_WAY = 10.0  # degrees between the pieces of a sheet
SAME_PAPER = 12.0  # of 255, between the colours (a*, b*) of its pieces
ADJOINING = 12.0  # line heights between its pieces
LEAST_SIGNS = 2
LOOK = 720  # px, longest side at which paper is looked at
EDGE = 0.12  # of the photo's range of brightness, from one pixel to the next: an edge
LEAST_AREA = 0.01  # of the photo: smaller areas are the insides of print


@dataclass(frozen=True)
class Strip:
    """A rough text line in the photo; `angle` of its long side, degrees, -90..90."""

    quad: Quad
    centre: npt.NDArray[np.float64]
    length: float
    height: float
    angle: float

    @property
    def tells_direction(self) -> bool:
        return self.length > 2.2 * self.height


Group = list[Strip]
Colour = npt.NDArray[np.float64]  # CIE L*a*b* of 8 bits


@dataclass(frozen=True)
class Piece:
    """Strips of one sheet; `signs` are, by kind of document, the words of it that they show."""

    strips: Group
    direction: float | None  # degrees clockwise from left to right, where it was looked at
    angle: float  # of its lines, degrees, -90..90
    paper: Colour
    signs: Mapping[str, frozenset[str]]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(k for k, words in self.signs.items() if len(words) >= LEAST_SIGNS)

    @property
    def text(self) -> float:
        """Total length of its lines, photo pixels."""
        return sum(strip.length for strip in self.strips)


def sheets_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of each document, the one with the most words of its kind first.

    Where no piece shows words of a document, the one with most text is taken for it.
    """
    if not pieces:
        return []
    seeds = sorted((p for p in pieces if p.kinds), key=lambda p: -max(map(len, p.signs.values())))
    seeds = seeds or [max(pieces, key=lambda piece: piece.text)]
    sheets: list[list[Piece]] = []
    for seed in seeds:
        home = next((sheet for sheet in sheets if _complete(sheet, seed)), None)
        if home is None:
            sheets.append([seed])
        else:
            home.append(seed)
    for piece in pieces:
        if not any(piece is seed for seed in seeds):
            homes = [sheet for sheet in sheets if _adjoins(sheet, piece)]
            if homes:
                min(homes, key=lambda sheet: _gap(sheet, piece)).append(piece)
    return sheets


def _complete(sheet: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece goes on where others stop: one way, one kind, no word twice."""
    shown = [(p, kind) for p in sheet for kind in p.kinds & piece.kinds]
    return bool(shown) and all(
        _one_way(p, piece) and not p.signs[kind] & piece.signs[kind] for p, kind in shown
    )


def _adjoins(sheet: Sequence[Piece], piece: Piece) -> bool:
    first = sheet[0]
    heights = np.median([strip.height for p in sheet for strip in p.strips])
    colour = float(np.abs(first.paper[1:] - piece.paper[1:]).max())
    return (
        _one_way(first, piece)
        and colour < SAME_PAPER
        and _gap(sheet, piece) < ADJOINING * float(heights)
    )


def _one_way(one: Piece, other: Piece) -> bool:
    if one.direction is None or other.direction is None:
        return turn_between(one.angle, other.angle) < SAME_WAY
    return abs((one.direction - other.direction + 180) % 360 - 180) < SAME_WAY


def _gap(sheet: Sequence[Piece], piece: Piece) -> float:
    """Between the outlines of the text, in the direction in which it runs."""
    turn = np.radians(sheet[0].angle)
    level = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    own = np.concatenate([strip.quad for p in sheet for strip in p.strips]) @ level.T
    its = np.concatenate([strip.quad for strip in piece.strips]) @ level.T
    apart = np.maximum(own.min(0), its.min(0)) - np.minimum(own.max(0), its.max(0))
    return float(np.linalg.norm(np.maximum(apart, 0)))


def strip_of(quad: Quad) -> Strip:
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    width, height = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    along = across if width >= height else down
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    angle = (angle + 90) % 180 - 90
    return Strip(quad, quad.mean(0), max(width, height), min(width, height), angle)


def split_by_paper(strips: Sequence[Strip], photo: Pixels) -> list[tuple[Group, Colour]]:
    """Strips that lie on one sheet, with the colour of their paper, most text first.

    Strips too short to tell a direction go with their nearest neighbour that tells one.
    """
    long = [strip for strip in strips if strip.tells_direction]
    paper = _Paper(photo)
    papers = [paper.under(strip) for strip in long]
    parent = list(range(len(long)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for i, one in enumerate(long):
        for j, other in enumerate(long[:i]):
            if _together(one, other, papers[i], papers[j]):
                parent[root(i)] = root(j)
    groups: dict[int, Group] = {}
    for index, strip in enumerate(long):
        groups.setdefault(root(index), []).append(strip)
    for strip in strips:
        if not strip.tells_direction and groups:
            min(groups.values(), key=lambda group: _distance(group, strip)).append(strip)
    longest = sorted(groups.values(), key=lambda group: -sum(strip.length for strip in group))
    return [(group, paper.colour(group)) for group in longest]


def _together(one: Strip, other: Strip, paper: int | None, others_paper: int | None) -> bool:
    turn = turn_between(one.angle, other.angle)
    if paper is not None and others_paper is not None:
        return paper == others_paper and turn < ONE_WAY
    low = np.maximum(one.quad.min(0), other.quad.min(0))
    high = np.minimum(one.quad.max(0), other.quad.max(0))
    gap = float(np.linalg.norm(np.maximum(low - high, 0)))
    return gap < NEAR * min(one.height, other.height) and turn < ONE_WAY


def _distance(group: Group, strip: Strip) -> float:
    return min(float(np.linalg.norm(member.centre - strip.centre)) for member in group)


def turn_between(a: float, b: float) -> float:
    """Degrees between two lines without direction, 0..90."""
    return abs((a - b + 90) % 180 - 90)


def main_angle(group: Sequence[Strip]) -> float:
    """The angle in the middle of the group's text, weighed by length; angles wrap at 90."""
    longest = max(group, key=lambda strip: strip.length)
    angles = np.array([(s.angle - longest.angle + 90) % 180 - 90 for s in group])
    weights = np.array([s.length if s.tells_direction else 0.0 for s in group])
    order = np.argsort(angles)
    middle = int(np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2))
    return float((angles[order[min(middle, len(group) - 1)]] + longest.angle + 90) % 180 - 90)


class _Paper:
    """Areas of the photo that no edge crosses: a sheet's paper, inside its frame, is one."""

    def __init__(self, photo: Pixels) -> None:
        self._scale = min(1.0, LOOK / max(photo.shape[:2]))
        small = cv2.resize(
            photo, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA
        )
        soft = cv2.GaussianBlur(small, (3, 3), 0)
        dark, light = np.percentile(soft[::4, ::4], [2, 98])
        limit = 4 * EDGE * max(float(light - dark), 30.0)  # Sobel weighs a step by four
        slopes = [cv2.Sobel(soft, cv2.CV_16S, 1, 0), cv2.Sobel(soft, cv2.CV_16S, 0, 1)]
        channels = [np.abs(channel) for slope in slopes for channel in cv2.split(slope)]
        steep = reduce(np.maximum, channels) > limit
        free = (cv2.dilate(steep.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0).astype(np.uint8)
        lightest = cv2.dilate(small, np.ones((7, 7), np.uint8))  # print is darker than its paper
        self._colours = cv2.cvtColor(lightest, cv2.COLOR_RGB2LAB)
        _, self._areas, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
        self._large = stats[:, cv2.CC_STAT_AREA] > LEAST_AREA * free.size
        self._large[0] = False

    def under(self, strip: Strip) -> int | None:
        """The area that a strip stands on, by what surrounds it; None where that is cut up."""
        outward = strip.quad - strip.quad.mean(0)
        step = outward / np.maximum(np.abs(outward), 1e-6)
        rings = np.stack([strip.quad + grow * strip.height * step for grow in (0.6, 0.9)])
        sides = np.linspace(rings, np.roll(rings, -1, axis=1), 24)
        points = sides.reshape(-1, 2) * self._scale
        height, width = self._areas.shape
        columns = np.clip(points[:, 0].astype(int), 0, width - 1)
        rows = np.clip(points[:, 1].astype(int), 0, height - 1)
        seen = self._areas[rows, columns]
        seen = seen[self._large[seen]]
        return int(np.bincount(seen).argmax()) if len(seen) else None

    def colour(self, group: Group) -> Colour:
        """The middle colour of the paper that a group stands on."""
        height, width = self._areas.shape
        points = np.array([strip.centre for strip in group]) * self._scale
        columns = np.clip(points[:, 0].astype(int), 0, width - 1)
        rows = np.clip(points[:, 1].astype(int), 0, height - 1)
        return np.asarray(np.median(self._colours[rows, columns], axis=0), np.float64)
