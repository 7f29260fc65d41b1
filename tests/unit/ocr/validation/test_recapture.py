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


def with_seal_and_inks(*waves: tuple[NDArray[np.float64], tuple[float, float, float]]) -> Pixels:
    """Paper with a seal, darker by waves, 0..1, in the colours that they take from the light."""
    sheet = paper()
    cv2.circle(sheet, (600, 600), 60, (200, 40, 40), 6)
    taken = np.sum([wave[..., None] * np.array(colour) for wave, colour in waves], axis=0)
    return np.asarray(np.clip(sheet - taken, 0, 255), np.uint8)


def wave_of(period: float, slant: float = 0.3, thirds: int = 0) -> NDArray[np.float64]:
    turns = (ACROSS + slant * DOWN) / period + thirds / 3
    return 0.5 + 0.5 * np.sin(2 * np.pi * turns)


PINK, BLUE = (4.0, 16.0, 9.0), (17.0, 9.0, 3.0)
DOTS = ((12.0, 0.0, 0.0), (0.0, 12.0, 0.0), (0.0, 0.0, 12.0))


@pytest.mark.parametrize("period", [14.0, 22.0])
def test_coloured_lines_of_ink_are_security_print(period: float) -> None:
    one_ink = with_seal_and_inks((wave_of(period), PINK))
    two_inks = with_seal_and_inks((wave_of(period), PINK), (wave_of(period * 1.3, -2), BLUE))
    assert reasons(one_ink, one_ink) == reasons(two_inks, two_inks) == set()


@pytest.mark.parametrize("period", [14.0, 22.0])
def test_dots_beside_each_other_are_a_screen(period: float) -> None:
    dots = [(wave_of(period, thirds=n), dot) for n, dot in enumerate(DOTS)]
    photo = with_seal_and_inks(*dots)
    assert reasons(photo, photo) == {Reason.SCREEN_RECAPTURE}


def test_stronger_lines_of_ink_do_not_hide_a_screen() -> None:
    dots = [(wave_of(15, thirds=n), dot) for n, dot in enumerate(DOTS)]
    photo = with_seal_and_inks(*dots, (wave_of(21, -1.5), PINK))
    assert reasons(photo, photo) == {Reason.SCREEN_RECAPTURE}
