"""From a photo to upright pages, each sheet turned and straightened by the lines of its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.preprocess.segmentation import (
    Group,
    Piece,
    Strip,
    main_angle,
    sheets_of,
    split_by_paper,
    strip_of,
)
from ocr.recognition.engine import Pixels, Quad, TextEngine
from ocr.validation.flags import Corners

MOST_PAGES = 3
LEAST_STRIPS = 4  # of a piece that may be a document of its own
SAMPLE_LINES = 5  # read in both directions to tell up from down
FEW = 2  # of them, which tell it alone where both are read well
SAMPLE_LENGTH = 10  # line heights
SURE = 0.90  # mean confidence from which the other direction need not be tried
LONGEST_SIDE = 1800
MOST_ENLARGED = 2.0
LARGE = 48.0  # px: how high small print need not be drawn higher: recognisers see no more
LABEL_LENGTH = 10  # line heights
MOST_LABELS = 14
SMALL = 25  # percentile of the heights of a page's lines: its small print
MARGIN = 0.06  # around the text, of its extent: small print at the edge may be missed from afar
LEAST_FOR_PERSPECTIVE = 5  # lines
MOST_KEYSTONE = 0.45  # how far the lines of a page may run together from side to side

Signs = Callable[[str], Mapping[str, frozenset[str]]]
Point = tuple[float, float]
Matrix = npt.NDArray[np.float64]  # (3, 3), a homography


@dataclass(frozen=True)
class Page:
    """One sheet, turned so that its text runs level from left to right.

    `pixels` uint8 (height, width, 3); `to_photo` (3, 3) takes page positions to the photo's;
    `turn` degrees, clockwise, by which the photo was turned, 0..359; `print_px` how high its small
    print is, px; `spared` how many times larger a page of smaller print would have been drawn;
    `quads` where its text is, where that was seen clearly from afar, else empty.
    """

    pixels: Pixels
    to_photo: Matrix
    turn: int
    print_px: float
    spared: float = 1.0
    quads: tuple[Quad, ...] = ()

    def in_photo(self, corners: Corners) -> Corners:
        """Page positions as photo positions."""
        return tuple((float(x), float(y)) for x, y in _moved(np.array(corners), self.to_photo))

    def window(
        self, photo: Pixels, low: Point, high: Point, longest: float = LONGEST_SIDE
    ) -> Pixels:
        """What the photo shows between two page positions, which may lie beyond the page.

        As large as on a page of small print, or `longest` px where that is less.
        """
        width, height = high[0] - low[0], high[1] - low[1]
        scale = min(self.spared, longest / max(width, height, 1.0))
        to_window = np.diag([scale, scale, 1.0]) @ _shift(-np.array(low))
        size = (max(int(width * scale), 1), max(int(height * scale), 1))
        seen = cv2.warpPerspective(photo, to_window @ np.linalg.inv(self.to_photo), size)
        return np.asarray(seen, np.uint8)


def find_pages(photo: Pixels, engine: TextEngine, signs: Signs) -> list[Page]:
    """The sheets of a photo, the likeliest document first; none where no text is.

    `signs` finds, in a text, the words that tell the kinds of document of interest. Sheets that
    show none are left out where another shows some.
    """
    strips = [strip_of(quad) for quad in engine.overview(photo)]
    groups = split_by_paper(strips, photo)
    several = sum(len(group) >= LEAST_STRIPS for group, _ in groups) > 1
    pieces: list[Piece] = []
    for group, paper in groups:
        slope = main_angle(group)
        if len(pieces) > 0 and len(group) < LEAST_STRIPS:
            pieces.append(Piece(group, None, slope, paper, {}))
            continue
        direction = _direction(photo, group, slope, engine)
        text = _labels(photo, group, direction, engine) if several else ""
        pieces.append(Piece(group, direction, slope, paper, signs(text)))
    pages = []
    for sheet in sheets_of(pieces)[:MOST_PAGES]:
        whole = [strip for piece in sheet for strip in piece.strips]
        pages.append(_upright(photo, whole, sheet[0].direction or 0.0, engine))
    return pages


def _direction(photo: Pixels, group: Group, slope: float, engine: TextEngine) -> float:
    """Which way the group's text runs, known by reading its longest strips both ways."""
    samples = sorted((s for s in group if s.tells_direction), key=lambda s: -s.length)
    best, most = slope, -1.0
    for direction in (slope, slope + 180 if slope <= 0 else slope - 180):
        sure = _sureness(photo, samples[:SAMPLE_LINES], direction, engine)
        if sure > most:
            best, most = direction, sure
        if sure >= SURE:
            break
    return best


def _sureness(photo: Pixels, samples: Group, direction: float, engine: TextEngine) -> float:
    """How sure the lines are read in a direction, 0..1; the first few where these are sure."""
    read: list[float] = []
    for some in (samples[:FEW], samples[FEW:]):
        cut = [_beginning(photo, strip, direction) for strip in some]
        read += [reading.confidence for reading in engine.read(cut, quick=True)]
        if min(read, default=0.0) >= SURE:
            break
    return float(np.mean(read)) if read else 0.0


def _labels(photo: Pixels, group: Group, direction: float, engine: TextEngine) -> str:
    """What the group's shorter strips say, roughly: labels and titles are among them."""
    short = [strip for strip in group if strip.length < LABEL_LENGTH * strip.height]
    short.sort(key=lambda strip: -strip.height)
    cut = [cut_strip(photo, _facing(strip.quad, direction)) for strip in short[:MOST_LABELS]]
    return "\n".join("".join(r.text.split()) for r in engine.read(cut, quick=True))


def _beginning(photo: Pixels, strip: Strip, direction: float) -> Pixels:
    quad = _facing(strip.quad, direction)
    share = min(1.0, SAMPLE_LENGTH * strip.height / max(strip.length, 1.0))
    ends = [quad[0] + (quad[1] - quad[0]) * share, quad[3] + (quad[2] - quad[3]) * share]
    return cut_strip(photo, np.array([quad[0], ends[0], ends[1], quad[3]]))


def _facing(quad: Quad, direction: float) -> Quad:
    """The quad's corners from the top left as seen by somebody who reads in `direction`."""
    along = np.array([np.cos(np.radians(direction)), np.sin(np.radians(direction))])
    sides = [float((quad[(k + 1) % 4] - quad[k]) @ along) for k in range(4)]
    return np.roll(quad, -int(np.argmax(sides)), axis=0)


def cut_strip(image: Pixels, quad: Quad) -> Pixels:
    """The text inside a quad, laid level."""
    across = np.linalg.norm([quad[1] - quad[0], quad[2] - quad[3]], axis=1)
    down = np.linalg.norm([quad[3] - quad[0], quad[2] - quad[1]], axis=1)
    width, height = max(float(across.max()), 1.0), max(float(down.max()), 1.0)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    size = (int(width + 0.5), int(height + 0.5))
    return np.asarray(
        cv2.warpPerspective(
            image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _upright(photo: Pixels, group: Group, direction: float, engine: TextEngine) -> Page:
    """The sheet as seen from above, as far as its lines tell, cut out with a margin."""
    quads = [_facing(strip.quad, direction) for strip in group]
    level = _level(quads, [strip.tells_direction for strip in group], direction)
    corners = np.concatenate([_moved(quad, level) for quad in quads])
    low, high = corners.min(0), corners.max(0)
    margin = MARGIN * float((high - low).max())
    frame = _frame(photo, level)
    low = np.maximum(low - margin, frame.min(0))
    high = np.minimum(high + margin, frame.max(0))
    largest = min(MOST_ENLARGED, LONGEST_SIDE / float((high - low).max()))
    small = float(np.percentile([_height(_moved(quad, level)) for quad in quads], SMALL))
    scale = min(largest, LARGE / small)
    to_page = np.diag([scale, scale, 1.0]) @ _shift(-low) @ level
    size = tuple(int(side) for side in np.maximum((high - low) * scale, 32))
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = cv2.warpPerspective(photo, to_page, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    back = np.asarray(np.linalg.inv(to_page), np.float64)
    return Page(
        pixels=np.asarray(pixels, np.uint8),
        to_photo=back,
        turn=round(-direction) % 360,
        print_px=scale * small,
        spared=largest / scale,
        quads=tuple(_moved(q, to_page) for q in quads) if engine.saw_clearly(photo, small) else (),
    )


def _height(quad: Quad) -> float:
    return float(np.linalg.norm((quad[3] + quad[2] - quad[0] - quad[1]) / 2))


def _level(quads: Sequence[Quad], tell: Sequence[bool], direction: float) -> Matrix:
    """The map after which lines run level, and parallel where enough of them tell how.

    Parallel lines seen in perspective meet in a vanishing point; sending it to infinity makes
    them parallel again (Hartley and Zisserman, Multiple View Geometry, 2nd ed., 8.6).
    """
    centre = np.mean([quad.mean(0) for quad in quads], axis=0)
    reach = float(np.ptp(np.concatenate(list(quads)), axis=0).max()) or 1.0
    turn = np.radians(direction)
    rotate = np.array(
        [[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]]
    )
    plain = np.diag([1 / reach, 1 / reach, 1.0]) @ rotate @ _shift(-centre)
    back = np.diag([reach, reach, 1.0])
    middles = [
        _moved(np.array([(q[0] + q[3]) / 2, (q[1] + q[2]) / 2]), plain)
        for q, telling in zip(quads, tell, strict=True)
        if telling
    ]
    if len(middles) < LEAST_FOR_PERSPECTIVE:
        return np.asarray(back @ plain)
    # Slope over the page: how steep at its middle, and how much steeper further down.
    slopes = np.array([(b[1] - a[1]) / max(b[0] - a[0], 1e-6) for a, b in middles])
    heights = np.array([(a[1] + b[1]) / 2 for a, b in middles])
    weights = np.array([b[0] - a[0] for a, b in middles])
    steep, fan = _robust_line(heights, slopes, weights)
    fan = float(np.clip(fan, -MOST_KEYSTONE, MOST_KEYSTONE))
    straighten = np.array([[1, 0, 0], [-steep, 1, 0], [fan, 0, 1]])
    return np.asarray(back @ straighten @ plain)


def _robust_line(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """Offset and gradient of a line through most of the points (iterated reweighting)."""
    bend = weights.copy()
    offset, gradient = 0.0, 0.0
    for _ in range(8):
        gradient, offset = np.polyfit(x, y, 1, w=np.sqrt(bend))
        off = np.abs(y - offset - gradient * x)
        bend = weights / (1 + (off / 0.01) ** 2)  # half a degree
    return float(offset), float(gradient)


def _frame(photo: Pixels, matrix: Matrix) -> npt.NDArray[np.float64]:
    height, width = photo.shape[:2]
    return _moved(np.array([[0, 0], [width, 0], [width, height], [0, height]], float), matrix)


def _shift(by: npt.NDArray[np.float64]) -> Matrix:
    return np.array([[1, 0, by[0]], [0, 1, by[1]], [0, 0, 1.0]])


def _moved(points: npt.NDArray[np.float64], matrix: Matrix) -> npt.NDArray[np.float64]:
    spread = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(spread[:, :2] / spread[:, 2:])
