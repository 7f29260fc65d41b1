"""How a hand moved is found in what it drew, and taken out again."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from kyc.policy import DocumentPolicy
from ocr.geometry import Pixels
from ocr.preprocess.shake import (
    Shake,
    ShakeRules,
    _negative_peak,
    shake_of,
    steadied,
    without,
)
from tests.support.policy import POLICY

SHIPPED = POLICY.section(DocumentPolicy).shake
assert SHIPPED is not None
RULES: ShakeRules = SHIPPED
SHAKES = [(6.0, 20.0), (8.0, 90.0), (10.0, 0.0), (12.0, 130.0), (15.0, 165.0)]


def page(height: int = 900, width: int = 1200) -> Pixels:
    """A page of marks in all directions, as print is."""
    chance, drawn = np.random.default_rng(1), np.full((height, width, 3), 230, np.uint8)
    for _ in range(1500):
        x, y = int(chance.integers(20, width - 20)), int(chance.integers(20, height - 20))
        away = chance.integers(-12, 13, 2)
        cv2.line(drawn, (x, y), (x + int(away[0]), y + int(away[1])), (40, 40, 40), 2)
    return drawn


def shaken(photo: Pixels, length: float, degrees: float, noise: float = 3.0) -> Pixels:
    """A photo whose every point draws a line."""
    steps = np.linspace(-length / 2, length / 2, 200)
    x, y = steps * math.cos(math.radians(degrees)), steps * math.sin(math.radians(degrees))
    edges = np.arange(42) - 20.5
    kernel = np.histogram2d(y, x, bins=(edges, edges))[0] / len(steps)
    drawn = cv2.filter2D(photo, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT)
    drawn += np.random.default_rng(2).normal(0, noise, photo.shape).astype(np.float32)
    return np.asarray(np.clip(drawn, 0, 255), np.uint8)


@pytest.mark.parametrize(("length", "degrees"), SHAKES)
def test_the_line_is_found(length: float, degrees: float) -> None:
    found = shake_of(shaken(page(), length, degrees), RULES)
    assert found is not None
    assert found.length == pytest.approx(length, abs=1.0)
    turned = math.degrees(found.angle) - degrees
    assert abs((turned + 90) % 180 - 90) < 6


@pytest.mark.parametrize(("length", "degrees"), SHAKES)
def test_without_it_the_page_is_more_like_what_it_was(length: float, degrees: float) -> None:
    blurred = shaken(page(), length, degrees)
    restored = without(Shake(length, math.radians(degrees)), blurred, noise=0.02)
    assert restored.shape == blurred.shape
    assert restored.dtype == np.uint8
    assert 1 - likeness(restored) < 0.75 * (1 - likeness(blurred))


def likeness(photo: Pixels) -> float:
    """The correlation with the page, inside of the edges."""
    inside = slice(40, -40), slice(40, -40)
    return float(np.corrcoef(photo[inside].ravel(), page()[inside].ravel())[0, 1])


def test_each_filter_gives_a_photo() -> None:
    photos = list(steadied(shaken(page(), 10, 40), RULES))
    assert len(photos) == len(RULES.noises)
    assert not np.array_equal(photos[0], photos[1])


@pytest.mark.parametrize(
    "photo",
    [
        page(),
        cv2.GaussianBlur(page(), (0, 0), 4.0),  # out of focus: no direction
        np.full((600, 800, 3), 128, np.uint8),
        page(200, 1200),
        np.zeros((1, 1, 3), np.uint8),
    ],
    ids=["sharp", "out of focus", "blank", "low", "a point"],
)
def test_what_was_not_shaken_is_left_alone(photo: Pixels) -> None:
    assert shake_of(photo, RULES) is None
    assert list(steadied(photo, RULES)) == []


def test_stripes_look_shaken_and_are_no_error() -> None:
    stripes = np.zeros((600, 800, 3), np.uint8)
    stripes[:, ::8] = 255
    photos = list(steadied(stripes, RULES))
    assert [photo.shape for photo in photos] == [stripes.shape] * len(RULES.noises)


def test_a_flat_cepstrum_has_no_line() -> None:
    assert _negative_peak(np.zeros((256, 256), np.float32), RULES) is None


@pytest.mark.parametrize(
    "wrong", [{"min_px": 0.5}, {"max_px": 127.0}, {"min_px": 30.0}, {"noises": (0.02, 0.0)}]
)
def test_rules_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        replace(RULES, **wrong)
