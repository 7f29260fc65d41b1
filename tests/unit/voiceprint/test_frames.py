"""Energies of frames whose samples are known."""

from __future__ import annotations

import numpy as np
import pytest

from voiceprint.frames import decibels, frame_energies, smoothed


def test_the_energy_of_a_frame_is_its_mean_square() -> None:
    samples = np.array([1, 1, 0, 0, 2, 2, 9], np.float32)
    energies = frame_energies(samples, 2)
    assert energies.tolist() == [1.0, 0.0, 4.0]
    assert energies.dtype == np.float32
    assert frame_energies(samples.astype(np.float64), 2).dtype == np.float64


def test_a_recording_shorter_than_a_frame_has_none() -> None:
    assert frame_energies(np.ones(3, np.float32), 4).size == 0


def test_silence_has_a_level() -> None:
    assert decibels(np.array([0.0, 1.0]), 1e-10) == pytest.approx([-100.0, 0.0], abs=1e-6)


def test_levels_are_smoothed_over_three() -> None:
    levels = np.array([0.0, 3.0, 6.0, 0.0])
    assert smoothed(levels, "valid") == pytest.approx([3.0, 3.0])
    assert smoothed(levels, "same") == pytest.approx([1.0, 3.0, 3.0, 2.0])
