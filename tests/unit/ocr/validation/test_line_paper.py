"""Whether other paper came with a line."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.validation.line_paper import LinePaper, line_paper

HEIGHT, WIDTH = 80, 400
INNER = (20, 60, 20, 380)  # top, bottom, left and right of the line
PATCH = (12, 68)  # rows that other paper covers


def paper(light: float = 230.0) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), light, np.float32)


def printed(sheet: np.ndarray) -> LinePaper:
    """The paper around a line of strokes, photographed."""
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    for x in range(30, 370, 18):
        ink[24:56, x : x + 4] = ink[24:28, x : x + 12] = 0.8
    seen = cv2.GaussianBlur(sheet * (1 - ink[..., None]), (0, 0), 0.9)
    noise = np.random.default_rng(5).normal(0, 1, sheet.shape)
    crop = (seen + noise).astype(np.float32)
    return line_paper(crop, crop / 230, INNER)


def patched(step: float, top: int = PATCH[0], bottom: int = PATCH[1]) -> np.ndarray:
    sheet = paper()
    sheet[top:bottom, 10:390] += step
    return sheet


@pytest.mark.parametrize("step", [-14.0, -8.0, 8.0, 14.0])
def test_a_patch_has_an_edge_above_and_below(step: float) -> None:
    shares = printed(patched(step)).edge / np.log((230 + step) / 230)
    assert ((shares > 0.5) & (shares < 1.1)).all()


def test_plain_paper_has_no_edge() -> None:
    found = printed(paper())
    assert np.abs(found.edge).max() < 0.004
    assert np.abs(found.step).max() < 0.004


def test_light_that_grows_down_the_sheet_has_no_edge() -> None:
    found = printed(paper() * np.linspace(0.8, 1.1, HEIGHT, dtype=np.float32)[:, None, None])
    assert np.abs(found.edge).max() < 0.006


@pytest.mark.parametrize("rows", [(0, 14), (66, HEIGHT), (0, 66), (14, HEIGHT)])
def test_the_edge_of_a_shadow_on_one_side_is_none(rows: tuple[int, int]) -> None:
    assert np.abs(printed(patched(-20, *rows)).edge).max() < 0.006


def test_soft_light_on_a_line_is_a_step_without_an_edge() -> None:
    down = np.exp(-(((np.arange(HEIGHT) - 40) / 22.0) ** 2))
    found = printed(paper() + 16 * down[:, None, None])
    assert found.step.min() > 0.02
    assert np.abs(found.edge).max() < 0.4 * found.step.min()


def test_coloured_marks_across_a_line_are_no_paper() -> None:
    marked = paper()
    marked[8:72, 100:260] -= np.array([4, 25, 40], np.float32)
    found = printed(marked)
    assert np.abs(found.edge).max() < 0.004
    assert np.abs(found.step).max() < 0.004


def test_other_noise_between_characters_is_measured() -> None:
    smooth = patched(0.0)
    grainy = smooth + np.random.default_rng(3).normal(0, 12, smooth.shape)
    grainy[PATCH[0] : PATCH[1]] = smooth[PATCH[0] : PATCH[1]]
    assert printed(grainy.astype(np.float32)).noise < -0.5


def test_a_line_with_no_paper_in_sight_has_no_measures() -> None:
    hides_all = np.array([1.0, 0.8, 0.6])  # a coloured mark
    tinted = (paper() * hides_all).astype(np.float32)
    found = line_paper(tinted, tinted / 230, INNER)
    assert not found.step.any()
    assert not found.edge.any()
    assert found.noise == 0.0
