"""From a photo to upright pages, each sheet turned and straightened by the lines of its text."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.document_types import keywords_in
from ocr.geometry import (
    Corners,
    Matrix,
    Pixels,
    Points,
    Quad,
    frame_corners,
    quad_height,
    quad_in_direction,
    transformed,
    translation,
)
from ocr.preprocess.direction import sample_labels, text_direction
from ocr.preprocess.enhance import without_pale_ink
from ocr.preprocess.marks import ink_of_marks
from ocr.preprocess.perspective import levelling
from ocr.preprocess.segmentation import Fragment, assemble_sheets, group_by_paper
from ocr.preprocess.text_boxes import Group, main_angle, text_box
from ocr.recognition.protocols import TextEngine

MAX_PAGES = 3
MIN_BOXES = 4  # of a fragment that may be a document of its own
MAX_SIDE = 1800  # px
MAX_ENLARGED = 2.0
LARGE = 48.0  # px: how high small print need not be drawn higher: recognisers see no more
SMALL = 25  # percentile of the heights of a page's lines: its small print
MARGIN = 0.06  # around the text, of its extent: small print at the edge may not be detected

Point = tuple[float, float]


@dataclass(frozen=True)
class RectifiedPage:
    """One sheet, turned so that its text runs level from left to right.

    `pixels` uint8 (height, width, 3); `to_photo` (3, 3) maps page positions to the photo's;
    `turn` degrees, clockwise, by which the photo was turned, 0..359; `print_px` height of its
    small print, px; `downscale` how many times larger a page of smaller print would have been
    drawn; `quads` where its text is, empty where the overview of the photo did not resolve it;
    `mark_ink` how light the ink of marks across its text is, as a share of the paper, None without.
    """

    pixels: Pixels
    to_photo: Matrix
    turn: int
    print_px: float
    downscale: float = 1.0
    quads: tuple[Quad, ...] = ()
    mark_ink: float | None = None

    def in_photo(self, corners: Corners) -> Corners:
        """Page positions as photo positions."""
        points = transformed(np.array(corners), self.to_photo)
        return tuple((float(x), float(y)) for x, y in points)

    def window(self, photo: Pixels, low: Point, high: Point, longest: float = MAX_SIDE) -> Pixels:
        """What the photo shows between two page positions, which may lie beyond the page.

        As large as on a page of small print, or `longest` px where that is less.
        """
        width, height = high[0] - low[0], high[1] - low[1]
        scale = min(self.downscale, longest / max(width, height, 1.0))
        to_window = np.diag([scale, scale, 1.0]) @ translation(-np.array(low))
        size = (max(int(width * scale), 1), max(int(height * scale), 1))
        seen = cv2.warpPerspective(photo, to_window @ np.linalg.inv(self.to_photo), size)
        return np.asarray(seen, np.uint8)


def rectify(photo: Pixels, engine: TextEngine) -> list[RectifiedPage]:
    """The sheets of a photo, the likeliest document first; none where no text is.

    Sheets without keywords of any kind of document are left out where another has some.
    """
    bare, boxes, mark_ink = _overview(photo, engine)
    pages = []
    for sheet in assemble_sheets(_fragments(bare, boxes, engine))[:MAX_PAGES]:
        group = [box for fragment in sheet for box in fragment.boxes]
        page = _upright(photo, group, sheet[0].direction or 0.0, engine)
        pages.append(replace(page, mark_ink=mark_ink))
    return pages


def _overview(photo: Pixels, engine: TextEngine) -> tuple[Pixels, Group, float | None]:
    """The photo without marks across its text, its rough lines, and the ink of the marks.

    Text is detected again without them: where marks cross it, many of its lines are not found.
    """
    boxes = _boxes(photo, engine)
    mark_ink = ink_of_marks(boxes, photo)
    if mark_ink is None:
        return photo, boxes, None
    bare, _ = without_pale_ink(photo, mark_ink)
    return bare, _boxes(bare, engine), mark_ink


def _boxes(photo: Pixels, engine: TextEngine) -> Group:
    return [text_box(quad) for quad in engine.overview(photo)]


def _fragments(photo: Pixels, boxes: Group, engine: TextEngine) -> list[Fragment]:
    groups = group_by_paper(boxes, photo)
    several = sum(len(group) >= MIN_BOXES for group, _ in groups) > 1
    fragments: list[Fragment] = []
    for group, paper in groups:
        angle = main_angle(group)
        if fragments and len(group) < MIN_BOXES:
            fragments.append(Fragment(group, None, angle, paper, {}))
            continue
        direction = text_direction(photo, group, angle, engine)
        text = sample_labels(photo, group, direction, engine) if several else ""
        fragments.append(Fragment(group, direction, angle, paper, keywords_in(text)))
    return fragments


def _upright(photo: Pixels, group: Group, direction: float, engine: TextEngine) -> RectifiedPage:
    """The sheet as seen from above, as far as its lines show that, cut out with a margin."""
    quads = [quad_in_direction(box.quad, direction) for box in group]
    level = levelling(quads, [box.has_direction for box in group], direction)
    low, high = _bounds(photo, quads, level)
    largest = min(MAX_ENLARGED, MAX_SIDE / float((high - low).max()))
    heights = [quad_height(transformed(quad, level)) for quad in quads]
    small = float(np.percentile(heights, SMALL))
    scale = min(largest, LARGE / small)
    to_page = np.diag([scale, scale, 1.0]) @ translation(-low) @ level
    size = tuple(int(side) for side in np.maximum((high - low) * scale, 32))
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = cv2.warpPerspective(photo, to_page, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    resolved = engine.overview_resolves(photo, small)
    return RectifiedPage(
        pixels=np.asarray(pixels, np.uint8),
        to_photo=np.asarray(np.linalg.inv(to_page), np.float64),
        turn=round(-direction) % 360,
        print_px=scale * small,
        downscale=largest / scale,
        quads=tuple(transformed(q, to_page) for q in quads) if resolved else (),
    )


def _bounds(photo: Pixels, quads: list[Quad], level: Matrix) -> tuple[Points, Points]:
    """The least and the greatest corner of the level text with its margin, inside the photo."""
    corners = np.concatenate([transformed(quad, level) for quad in quads])
    low, high = corners.min(0), corners.max(0)
    margin = MARGIN * float((high - low).max())
    frame = transformed(frame_corners(photo), level)
    return np.maximum(low - margin, frame.min(0)), np.minimum(high + margin, frame.max(0))
