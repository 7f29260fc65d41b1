"""Areas of a photo that no edge crosses, by which text on one sheet is recognised."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Pixels, Points, most
from ocr.preprocess.text_boxes import TextBox

ANALYSIS_SIDE = 720  # px, longest side at which paper is analysed
EDGE = 0.12  # of the photo's range of brightness, from one pixel to the next: an edge
MIN_AREA = 0.01  # of the photo: smaller areas are the insides of print
AROUND = 0.03  # of the photo's longer side, at most, around a line: a tall title is near its frame

Colour = npt.NDArray[np.float64]  # CIE L*a*b* of 8 bits


class PaperAreas:
    """Areas of the photo that no edge crosses: a sheet's paper, inside its frame, is one."""

    def __init__(self, photo: Pixels) -> None:
        self._scale = min(1.0, ANALYSIS_SIDE / max(photo.shape[:2]))
        small = cv2.resize(
            photo, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA
        )
        soft = cv2.GaussianBlur(small, (3, 3), 0)
        dark, light = np.percentile(soft[::4, ::4], [2, 98])
        limit = 4 * EDGE * max(float(light - dark), 30.0)  # Sobel weighs a step by four
        # The limit is below 255, up to which slopes are kept.
        across = cv2.convertScaleAbs(cv2.Sobel(soft, cv2.CV_16S, 1, 0))
        down = cv2.convertScaleAbs(cv2.Sobel(soft, cv2.CV_16S, 0, 1))
        steep = most(np.asarray(cv2.max(across, down))) > limit
        free = (cv2.dilate(steep.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0).astype(np.uint8)
        lightest = cv2.dilate(small, np.ones((7, 7), np.uint8))  # print is darker than its paper
        self._colours = cv2.cvtColor(lightest, cv2.COLOR_RGB2LAB)
        _, self._areas, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
        self._large = stats[:, cv2.CC_STAT_AREA] > MIN_AREA * free.size
        self._large[0] = False

    def under(self, box: TextBox) -> int | None:
        """The area that a text line stands on, by what surrounds it; None where that is cut up."""
        outward = box.quad - box.quad.mean(0)
        step = outward / np.maximum(np.abs(outward), 1e-6)
        near = min(box.height, AROUND * max(self._areas.shape) / self._scale)
        rings = np.stack([box.quad + grow * near * step for grow in (0.6, 0.9)])
        sides = np.linspace(rings, np.roll(rings, -1, axis=1), 24)
        rows, columns = self._places(sides.reshape(-1, 2))
        seen = self._areas[rows, columns]
        seen = seen[self._large[seen]]
        return int(np.bincount(seen).argmax()) if len(seen) else None

    def colour(self, group: Sequence[TextBox]) -> Colour:
        """The median colour of the paper that a group stands on."""
        rows, columns = self._places(np.array([box.centre for box in group]))
        return np.asarray(np.median(self._colours[rows, columns], axis=0), np.float64)

    def _places(self, points: Points) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows and columns of photo positions."""
        scaled = points * self._scale
        height, width = self._areas.shape
        columns = np.clip(scaled[:, 0].astype(int), 0, width - 1)
        rows = np.clip(scaled[:, 1].astype(int), 0, height - 1)
        return rows, columns
