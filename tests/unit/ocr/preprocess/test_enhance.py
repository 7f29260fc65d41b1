"""Marks taken off a page."""

from __future__ import annotations

import numpy as np

from ocr.preprocess.enhance import without_pale_ink

PAPER, INK, GREY, RED = (235, 235, 235), (30, 30, 30), (180, 180, 180), (215, 110, 110)


def test_pale_and_coloured_ink_is_removed_and_dark_ink_is_kept() -> None:
    page = np.full((800, 1000, 3), PAPER, np.uint8)
    for top, ink in ((100, INK), (300, GREY), (500, RED)):
        page[top : top + 10, 100:900] = ink
    to_detect, to_read = without_pale_ink(page, 180 / 235)
    for shown in (to_detect, to_read):
        assert shown[105, 500, 0] == 0
        assert shown[305, 500].min() > 200
        assert shown[505, 500].min() > 200
