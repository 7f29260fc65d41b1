"""Measured performances: what lies between two measured pictures."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.performances import MeasuredClip


def measured(pictures: int) -> MeasuredClip:
    """A clip at twice the actor's rate, in which everything grows evenly."""
    steps = np.arange(pictures, dtype=np.float32)
    return MeasuredClip(
        landmarks=np.broadcast_to(steps[:, None, None], (pictures, 478, 2)).copy(),
        measures=np.broadcast_to(steps[:, None], (pictures, 4)).astype(np.float64),
        pictures=np.broadcast_to(steps[:, None, None], (pictures, 24, 32)).copy(),
        grid=np.arange(0, pictures, 2, dtype=np.float64),
        scale=0.5,
        width=64,
    )


@pytest.mark.parametrize("frame", [0.0, 0.25, 1.0, 2.75, 4.0])
def test_a_clip_is_measured_between_its_pictures(frame: float) -> None:
    seen = measured(10).blend(frame)
    assert seen.landmarks.mean() == pytest.approx(2 * frame, abs=1e-5)
    assert seen.measures.mean() == pytest.approx(2 * frame)
    assert seen.picture.mean() == pytest.approx(2 * frame, abs=1e-5)
