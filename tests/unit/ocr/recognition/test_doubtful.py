"""Doubtful characters of a line are read again, and the rest is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ocr.geometry import Pixels
from ocr.recognition.doubtful import read_doubtful
from ocr.recognition.line import Reading

SURE = 0.9
PRINTED = "经营场所样例市幸福路八号铺"
CELL = 40  # px of a character


def strip(text: str) -> Pixels:
    """A crop whose cells say which character of the text stands there."""
    return np.repeat(np.arange(len(text), dtype=np.uint8), CELL)[None, :, None].repeat(3, 2)


STRIP = strip(PRINTED)


def quick(text: str, doubtful: dict[int, float]) -> Reading:
    confidences = tuple(doubtful.get(place, 0.99) for place in range(len(text)))
    return Reading(text, confidences, tuple((n + 0.5) / len(text) for n in range(len(text))))


class Accurate:
    """Reads the cells of the strip that a crop shows, and remembers how wide the crops were."""

    def __init__(self, confidence: float = 0.95, text: str = PRINTED) -> None:
        self.widths: list[int] = []
        self._confidence, self._text = confidence, text

    def __call__(self, crop: Pixels) -> Reading:
        self.widths.append(crop.shape[1])
        cells, counts = np.unique(crop[0, :, 0], return_counts=True)
        whole = cells[counts > CELL / 2]
        count = len(whole)
        places = tuple((n + 0.5) / count for n in range(count))
        text = "".join(self._text[cell] for cell in whole)
        return Reading(text, (self._confidence,) * count, places)


def test_only_what_is_around_a_doubtful_character_is_read() -> None:
    accurate = Accurate()
    again = read_doubtful(quick("经营场所样例市辛福路八号铺", {7: 0.4}), STRIP, accurate, SURE)
    assert again is not None
    assert again.text == PRINTED
    assert sum(accurate.widths) == pytest.approx(5 * CELL, abs=2)
    assert again.confidences == (0.99,) * 7 + (0.95,) + (0.99,) * 5
    assert again.places == pytest.approx(quick(PRINTED, {}).places, abs=0.01)


def test_doubtful_characters_at_both_ends_are_read_apart() -> None:
    accurate = Accurate()
    again = read_doubtful(
        quick("轻营场所样例市幸福路八号辅", {0: 0.4, 12: 0.5}), STRIP, accurate, SURE
    )
    assert again is not None
    assert again.text == PRINTED
    assert len(accurate.widths) == 2


def test_a_character_that_was_missed_is_put_in() -> None:
    text = PRINTED.replace("福", "")
    places = tuple((PRINTED.index(letter) + 0.5) / len(PRINTED) for letter in text)
    seen = Reading(text, tuple(0.5 if letter == "幸" else 0.99 for letter in text), places)
    again = read_doubtful(seen, STRIP, Accurate(), SURE)
    assert again is not None
    assert again.text == PRINTED
    assert len(again.confidences) == len(again.places) == len(PRINTED)
    assert list(again.places) == sorted(again.places)


def test_a_character_that_was_missed_without_doubt_leaves_a_gap() -> None:
    printed = PRINTED + "二层东侧第三间"
    text = printed.replace("市", "")
    places = tuple((printed.index(letter) + 0.5) / len(printed) for letter in text)
    seen = Reading(text, tuple(0.5 if letter == "间" else 0.99 for letter in text), places)
    again = read_doubtful(seen, strip(printed), Accurate(text=printed), SURE)
    assert again is not None
    assert again.text == printed


@pytest.mark.parametrize(
    ("seen", "accurate"),
    [
        (quick(PRINTED, dict.fromkeys(range(0, 13, 3), 0.5)), Accurate()),  # doubtful all over
        (quick(PRINTED, {7: 0.5}), Accurate(text=PRINTED.replace("市", "布"))),  # another beside it
        (quick(PRINTED, {7: 0.5}), Accurate(confidence=0.3)),  # read without certainty
        (quick("经营场所样例市幸幸福路八号", {7: 0.5}), Accurate()),  # less is read than before
        (Reading("", (), ()), Accurate()),
    ],
)
def test_the_whole_line_is_read_where_a_part_does_not_tell(
    seen: Reading, accurate: Callable[[Pixels], Reading]
) -> None:
    assert read_doubtful(seen, STRIP, accurate, SURE) is None
