"""Red seals on drawn sheets."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.geometry import Pixels
from ocr.preprocess.seal import find_seal, is_printed_across, unrolled, without_seal

PAPER, RED, BLACK = (236, 228, 210), (200, 45, 50), (40, 40, 40)
CENTRE, RADIUS = (300, 260), 120


def inked(sheet: Pixels, mask: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """A sheet with ink of a colour on top: inks multiply what paper reflects."""
    share = np.where(mask[..., None] > 0, np.array(colour) / PAPER, 1.0)
    return np.asarray(sheet * share, np.uint8)


def sheet(light: float = 1.0, *, print_at: int | None = None, tall: float = 1.0) -> Pixels:
    """A sheet with a seal, in some light, with a bar of print at a height."""
    pixels = np.full((560, 640, 3), PAPER, np.uint8)
    ring = np.zeros((560, 640), np.uint8)
    axes = (RADIUS, round(RADIUS * tall))
    cv2.ellipse(ring, CENTRE, axes, 0, 0, 360, 255, 5)
    for turn in range(-210, 40, 25):  # letters, from the lower left over the top
        angle = np.radians(turn)
        x = CENTRE[0] + 0.75 * RADIUS * np.cos(angle)
        y = CENTRE[1] + 0.75 * RADIUS * tall * np.sin(angle)
        cv2.circle(ring, (round(x), round(y)), 11, 255, 4)
    pixels = inked(pixels, ring, RED)
    if print_at is not None:
        bar = np.zeros((560, 640), np.uint8)
        for left in range(180, 420, 24):
            cv2.rectangle(bar, (left, print_at), (left + 12, print_at + 26), 255, -1)
        pixels = inked(pixels, bar, BLACK)
    return np.asarray(pixels * light, np.uint8)


@pytest.mark.parametrize("light", [1.0, 0.5])
def test_print_stays_where_a_seal_is_taken_out(light: float) -> None:
    pixels = sheet(light, print_at=340)
    bare = without_seal(pixels, 26)
    assert bare is not None
    alone = sheet(light)
    seal = alone.astype(int)[..., 1] < 0.5 * PAPER[1] * light
    printed = pixels[..., 0] < 0.4 * PAPER[0] * light
    assert bare[printed].mean() < 110
    assert bare[seal & ~printed].mean() > 215


def test_without_red_ink_there_is_nothing_to_take_out() -> None:
    grey = np.repeat(sheet(print_at=340)[..., :1], 3, axis=2)
    assert without_seal(grey, 26) is None
    assert find_seal(grey) is None


@pytest.mark.parametrize("tall", [1.0, 0.85])
def test_a_seal_is_found_also_from_aside(tall: float) -> None:
    seal = find_seal(sheet(tall=tall))
    assert seal is not None
    assert seal.centre == pytest.approx(CENTRE, abs=3)
    assert max(seal.axes) == pytest.approx(2 * RADIUS, rel=0.05)
    (left, top), _, (right, bottom), _ = seal.corners
    assert right - left == pytest.approx(bottom - top)


def test_an_emblem_or_a_bar_of_red_is_no_seal() -> None:
    pixels = np.full((560, 640, 3), PAPER, np.uint8)
    cv2.circle(pixels, (200, 200), 90, RED, -1)
    cv2.rectangle(pixels, (320, 100), (620, 160), RED, 4)
    assert find_seal(pixels) is None


def test_letters_of_a_seal_stand_level_in_one_row() -> None:
    pixels = sheet()
    seal = find_seal(pixels)
    assert seal is not None
    strip = unrolled(pixels, seal)
    ink = strip[..., 1] < 150
    rows = np.flatnonzero(ink.sum(1) > 0.05 * ink.shape[1])
    assert rows.min() > 0.1 * ink.shape[0]
    assert rows.max() < 0.9 * ink.shape[0]
    bottom = np.concatenate([ink[:, : ink.shape[1] // 10], ink[:, -ink.shape[1] // 10 :]], axis=1)
    assert not bottom.any()  # a seal is open at its lowest point


@pytest.mark.parametrize(("print_at", "across"), [(None, False), (160, True), (350, False)])
def test_an_offices_name_runs_across_the_upper_half(print_at: int | None, across: bool) -> None:
    pixels = sheet(print_at=print_at)
    seal = find_seal(pixels)
    assert seal is not None
    assert is_printed_across(unrolled(pixels, seal)) is across
