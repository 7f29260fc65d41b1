"""Simulated cameras: when pictures are taken, and which are lost."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.cameras import CAMERAS, LOST, MISDATED, Filming

SECONDS = 100.0


def filmed(name: str) -> Filming:
    return CAMERAS[name](SECONDS, np.random.default_rng(1))


@pytest.mark.parametrize("name", CAMERAS)
def test_times_grow_from_nought(name: str) -> None:
    filming = filmed(name)
    assert filming.at[0] == 0
    assert (np.diff(filming.at) > 0).all()
    assert (np.diff(filming.shows) >= 0).all()
    assert 0 <= filming.shows[0] <= filming.shows[-1] <= SECONDS


def test_an_even_camera_keeps_its_rate() -> None:
    assert np.diff(filmed("even_30").at) == pytest.approx(1 / 30, abs=1.1e-3)


def test_one_picture_in_ten_is_lost_or_repeated() -> None:
    dropped = len(filmed("dropping_30").at) / (30 * SECONDS)
    repeated = (np.diff(filmed("repeating_30").shows) == 0).mean()
    assert 1 - dropped == pytest.approx(LOST, abs=0.02)
    assert repeated == pytest.approx(LOST, abs=0.02)


def test_a_misdating_camera_gives_a_time_just_before_the_next() -> None:
    gaps = np.diff(filmed("misdating_30").at) * 30
    assert (gaps < 0.25).mean() == pytest.approx(MISDATED, abs=0.02)
    assert np.median(gaps) == pytest.approx(1, abs=0.04)


def test_a_varying_camera_is_slow_and_fast() -> None:
    gaps = np.diff(filmed("varying").at)
    assert 1 / 30 - 2e-3 <= gaps.min() < 0.05 < 0.1 < gaps.max() <= 1 / 8 + 2e-3


def test_a_late_recorder_misses_the_start() -> None:
    late = filmed("late_600_ms")
    assert late.shows - late.at == pytest.approx(late.shows[0], abs=1.1e-3)
    assert late.shows[0] >= 0.6
