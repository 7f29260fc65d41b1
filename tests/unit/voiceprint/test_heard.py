"""What counts as having read the digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceprint.audio import RATE, Samples
from voiceprint.heard import HeardDigits, edit_distance, hear_digits
from voiceprint.segmentation import Span

STRINGS = st.text("0123456789", max_size=12)
ASKED = "305"
WORDS = [Span(RATE, RATE + 4000), Span(3 * RATE, 3 * RATE + 8000), Span(4 * RATE, 5 * RATE)]


@pytest.mark.parametrize(
    ("heard", "asked", "edits"),
    [
        ("", "", 0),
        ("9081726354", "9081726354", 0),
        ("908172635", "9081726354", 1),
        ("9081726351", "9081726354", 1),
        ("0981726354", "9081726354", 2),
        ("", "305", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_edits_are_counted(heard: str, asked: str, edits: int) -> None:
    assert edit_distance(heard, asked) == edits


@given(STRINGS, STRINGS, STRINGS)
def test_edits_are_a_distance(one: str, other: str, third: str) -> None:
    assert (edit_distance(one, other) == 0) == (one == other)
    assert edit_distance(one, other) == edit_distance(other, one)
    assert edit_distance(one, third) <= edit_distance(one, other) + edit_distance(other, third)
    assert abs(len(one) - len(other)) <= edit_distance(one, other) <= max(len(one), len(other))


class Recogniser:
    """Hears what it was told to, one answer a call, and keeps what it was given."""

    def __init__(self, *answers: str) -> None:
        self._answers = iter(answers)
        self.speech: list[Samples] = []

    def read(self, samples: Samples, count: int) -> str:
        assert count == len(ASKED)
        self.speech.append(samples)
        return next(self._answers)


def hear(recogniser: Recogniser) -> HeardDigits:
    samples = np.ones(6 * RATE, np.float32)
    return hear_digits(recogniser.read, samples, WORDS, ASKED, max_edits=1)


def test_digits_that_are_heard_are_asked_for_once() -> None:
    recogniser = Recogniser("35")
    assert hear(recogniser) == HeardDigits("35", 1)
    assert len(recogniser.speech) == 1


def test_digits_that_are_not_heard_are_asked_for_again_as_they_were_said() -> None:
    recogniser = Recogniser("999", "305")
    assert hear(recogniser) == HeardDigits("305", 0)
    evenly, as_said = recogniser.speech
    assert evenly.min() == 0
    assert len(as_said) == pytest.approx(WORDS[-1].end - WORDS[0].start, abs=RATE // 10)


def test_the_best_hearing_counts() -> None:
    assert hear(Recogniser("359", "111", "111", "111")) == HeardDigits("359", 2)
    assert hear(Recogniser("111", "111", "359", "111")) == HeardDigits("359", 2)


def test_digits_are_heard_with_short_pauses_and_more_slowly_at_last() -> None:
    recogniser = Recogniser("999", "999", "999", "305")
    assert hear(recogniser) == HeardDigits("305", 0)
    evenly, as_said, shortly, slowly = recogniser.speech
    assert len(shortly) < len(evenly)
    assert len(slowly) == pytest.approx(len(as_said) * 5 / 4, abs=2)


def test_what_is_far_from_what_was_asked_is_not_heard_a_third_time() -> None:
    recogniser = Recogniser("99999", "99999")
    assert hear(recogniser) == HeardDigits("99999", 5)
    assert len(recogniser.speech) == 2


def test_pauses_do_not_reach_a_recogniser() -> None:
    recogniser = Recogniser(ASKED)
    hear(recogniser)
    spoken = sum(word.end - word.start for word in WORDS)
    assert len(recogniser.speech[0]) < spoken + 5 * RATE * 4 // 10
