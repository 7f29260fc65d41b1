"""Copies and screens, each on material that has nothing else wrong."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.reasons import Reason
from kyc.policy import DocumentPolicy
from ocr.geometry import Pixels
from ocr.validation.recapture import TILE, inked, recapture_flags
from tests.support.policy import POLICY

RULES = POLICY.section(DocumentPolicy).recapture
PLACES = tuple(
    ((100.0, y), (500.0, y), (500.0, y + 25.0), (100.0, y + 25.0)) for y in range(100, 700, 60)
)


def paper(seed: int = 1) -> Pixels:
    chance = np.random.default_rng(seed)
    sheet = np.full((900, 900, 3), 225.0) + chance.normal(0, 2.5, (900, 900, 1))
    return np.clip(sheet, 0, 255).astype(np.uint8)


def reasons(photo: Pixels, sheet: Pixels) -> set[Reason]:
    return {flag.reason for flag in recapture_flags(photo, sheet, PLACES, RULES)}


@given(seed=st.integers(0, 2**32 - 1), levels=st.integers(1, 256))
def test_ink_is_measured_by_percentiles(seed: int, levels: int) -> None:
    tile = np.random.default_rng(seed).integers(0, levels, (TILE, TILE, 3)).astype(np.uint8)
    dark, middle = np.percentile(tile[::2, ::2, 1], [3, 50])
    assert inked(tile) == pytest.approx(middle - dark)


def test_a_sheet_without_colour_is_a_copy_and_one_with_a_seal_is_none() -> None:
    sheet = paper()
    assert reasons(sheet, sheet) == {Reason.PHOTOCOPY}
    cv2.circle(sheet, (600, 600), 60, (200, 40, 40), 6)
    assert reasons(sheet, sheet) == set()


@pytest.mark.parametrize("period", [4.3, 7.9, 19.0])
def test_a_wave_of_colour_on_paper_is_a_screen(period: float) -> None:
    sheet = paper()
    cv2.circle(sheet, (600, 600), 60, (200, 40, 40), 6)
    wave = 6 * np.sin(2 * np.pi * (np.arange(900)[None] + 0.3 * np.arange(900)[:, None]) / period)
    waved = sheet.astype(np.float32)
    waved[..., 0] += wave
    waved[..., 2] -= wave
    photo = np.clip(waved, 0, 255).astype(np.uint8)
    assert reasons(photo, sheet) == {Reason.SCREEN_RECAPTURE}


def with_seal_and_wave(wave: NDArray[np.float64]) -> Pixels:
    """Paper with a seal, lighter and darker by a wave, grey levels (900, 900)."""
    sheet = paper()
    cv2.circle(sheet, (600, 600), 60, (200, 40, 40), 6)
    return np.clip(sheet + wave[..., None], 0, 255).astype(np.uint8)


ACROSS, DOWN = np.arange(900.0)[None], np.arange(900.0)[:, None]


@pytest.mark.parametrize(("period", "slant", "depth"), [(6.2, 1.0, 4), (7.7, 0.4, 6), (5.1, -2, 9)])
def test_lines_that_are_the_same_everywhere_are_security_print(
    period: float, slant: float, depth: float
) -> None:
    photo = with_seal_and_wave(depth * np.sin(2 * np.pi * (ACROSS + slant * DOWN) / period))
    assert reasons(photo, photo) == set()


@pytest.mark.parametrize("drift", [0.00001, 0.00005])
def test_a_wave_of_light_that_drifts_is_a_screen(drift: float) -> None:
    photo = with_seal_and_wave(6 * np.sin(2 * np.pi * (0.13 + drift * DOWN) * DOWN + ACROSS))
    assert reasons(photo, photo) == {Reason.SCREEN_RECAPTURE}
