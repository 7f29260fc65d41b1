"""Marks across a copy (仅供…使用): pale or coloured lines that run over those of a document."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.geometry import Pixels, crop_quad, most
from ocr.preprocess.text_boxes import Group, TextBox, among, angle_between, extent

ONE_WAY = 8.0  # degrees: perspective turns the lines of one sheet by less
UPRIGHT = 60.0  # degrees from the other lines: frames and ornaments, taken for lines
PALE = 0.65  # of paper, at least: the ink of marks, in the channel in which it is lightest
PALER = 0.10  # of paper: how much lighter it is than the document's
MIN_LINES = 2  # of a document
MAX_LINES = 18  # of a document: a licence's are detected all the same, and read without the marks
MIN_LENGTH = 0.2  # of the document's extent: marks over it are this long together
MIN_MARKS = 3  # around the lines of a document, of which some were not detected
MIN_AMONG = 0.34  # of these lines


def ink_of_marks(boxes: Sequence[TextBox], photo: Pixels) -> float | None:
    """How light the ink of marks is that run over a card's lines, as a share of its paper.

    None in most photos. Marks may be more and longer than the lines that they run over: which are
    marks is known by their paler ink. Two sheets that lie askew to each other are not marks:
    neither lies over the other, and they are printed in ink as dark.
    """
    along, across = _two_ways([box for box in boxes if box.has_direction])
    if not (_run_over(across, along) or _run_over(along, across)):
        return None
    (light, marks), (dark, text) = sorted(
        ((_lightness(group, photo), group) for group in (along, across)),
        key=lambda one: -one[0],
    )
    is_pale = light > PALE and light - dark > PALER
    return light if is_pale and len(text) <= MAX_LINES and _run_over(marks, text) else None


def _two_ways(lines: Group) -> tuple[Group, Group]:
    """The lines that run as most text does, and those that run in another direction together."""
    if not lines:
        return [], []
    angle = _commonest_angle(lines)
    turns = [angle_between(line.angle, angle) for line in lines]
    along = [line for line, turn in zip(lines, turns, strict=True) if turn <= ONE_WAY]
    rest = [line for line, turn in zip(lines, turns, strict=True) if ONE_WAY < turn < UPRIGHT]
    if not rest:
        return along, []
    angle = _commonest_angle(rest)
    return along, [line for line in rest if angle_between(line.angle, angle) <= ONE_WAY]


def _commonest_angle(lines: Group) -> float:
    """The angle near which most lines run, degrees."""

    def alike(angle: float) -> int:
        return sum(angle_between(line.angle, angle) <= ONE_WAY for line in lines)

    return max((line.angle for line in lines), key=alike)


def _run_over(marks: Group, text: Group) -> bool:
    """Whether lines run over those of a document, or around as many of them as were detected."""
    if not marks or len(text) < MIN_LINES:
        return False
    over = among(marks, text)
    length = sum(mark.length for mark, is_over in zip(marks, over, strict=True) if is_over)
    if length > MIN_LENGTH * extent(text):
        return True
    return len(marks) >= MIN_MARKS and bool(among(text, marks).mean() > MIN_AMONG)


def _lightness(lines: Group, photo: Pixels) -> float:
    """How light the ink of lines is, as a share of their paper."""
    shares = []
    for line in lines:
        ink, paper = np.percentile(most(crop_quad(photo, line.quad)), [10, 90])
        shares.append(float(ink) / max(float(paper), 1.0))
    return float(np.median(shares))
