"""Sheets that do not lie flat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from evaluation.bends import Chance, curled, folded
from ocr.geometry import Pixels


@pytest.mark.parametrize("bend", [curled, folded])
def test_a_level_line_is_bent(bend: Callable[[Pixels, Chance], Pixels]) -> None:
    sheet = np.full((600, 900, 3), 240, np.uint8)
    sheet[300:304] = 20
    bent = bend(sheet, np.random.default_rng(1))
    rows = bent[..., 0].argmin(axis=0)
    assert bent.shape == sheet.shape
    assert np.ptp(rows) > 2
