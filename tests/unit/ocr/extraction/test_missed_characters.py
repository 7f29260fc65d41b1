"""Characters that were not read, told by the room that they left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.extraction.missed_characters import completed, missed_before
from ocr.recognition.line import Line
from tests.support.printed_lines import line

PRINTED = "样例市鲊记小面馆"
BEHIND = 0.6  # characters by which regions are longer than their lines


def read(text: str, sure: float = 0.99) -> Line:
    """What is printed, in which some characters were read and others missed."""
    width = len(PRINTED) + BEHIND
    places = [(PRINTED.index(letter) + 0.5) / width for letter in text]
    return replace(line(text, 0, 0), confidences=(sure,) * len(text), places=tuple(places))


def without(place: int) -> Line:
    return read(PRINTED[:place] + PRINTED[place + 1 :])


@pytest.mark.parametrize("place", range(len(PRINTED)))
def test_a_missed_character_leaves_room_wherever_it_stood(place: int) -> None:
    assert missed_before(without(place)) == [place]


@pytest.mark.parametrize("place", range(len(PRINTED)))
def test_it_is_taken_from_another_reading_that_shows_more(place: int) -> None:
    again = replace(line(f"称{PRINTED}·", 0, 0), confidences=(0.8,) * (len(PRINTED) + 2))
    whole = completed(without(place), [again], 0.5)
    assert whole.text == PRINTED
    assert whole.confidences[place] == 0.8
    assert list(whole.places) == sorted(whole.places)


def test_a_line_read_whole_misses_nothing() -> None:
    assert missed_before(read(PRINTED)) == []
    assert completed(read(PRINTED), [read(PRINTED)], 0.5) == read(PRINTED)


@pytest.mark.parametrize("text", ["样", "A8", ""])
def test_of_too_few_characters_nothing_is_told(text: str) -> None:
    assert missed_before(replace(line(text, 0, 0), places=(0.5,) * len(text))) == []


def test_characters_read_at_one_place_tell_of_none() -> None:
    assert missed_before(replace(line("样例", 0, 0), places=(1.0, 1.0))) == []


def test_white_space_is_no_missed_character() -> None:
    places = (0.05, 0.12, 0.4, 0.47, 0.54, 0.61, 0.68, 0.75, 0.82, 0.9)
    spaced = replace(line("名称样例市幸福面馆店", 0, 0), places=places)
    assert missed_before(spaced) == []


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [read("样例市记小面馆")],  # missed again
        [line("样例市,记小面馆", 0, 0)],  # a mark, no character
        [replace(line(PRINTED, 0, 0), confidences=(0.3,) * len(PRINTED))],  # not sure enough
        [line("祥列市鲊记小面馆", 0, 0)],  # too much else is read otherwise
        [line("另一家饭店的名字", 0, 0)],
    ],
)
def test_what_is_not_read_for_certain_stays_missed(readings: Sequence[Line]) -> None:
    assert completed(without(3), readings, 0.5) == without(3)
