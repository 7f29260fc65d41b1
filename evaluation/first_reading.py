"""First readings: are digits heard that were read, and refused that were not?

By the recogniser and its rule alone (`voiceprint.heard`): whatever else an enrolment asks of a
recording is left out, so the whole of it refuses no less.
"""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from evaluation.rates import wilson
from evaluation.recordings import read_aloud, sound
from evaluation.report import Figures
from evaluation.singing import sung
from voiceprint.audio import RATE, Samples
from voiceprint.heard import hear_digits
from voiceprint.recogniser import DigitRecogniser
from voiceprint.rules import VoiceRules
from voiceprint.segmentation import segmentations

Takes = Mapping[str, Sequence[Samples]]  # of one speaker, by digit

DIGITS = "0123456789"
YAO = "yao"  # in the names of recordings of 幺, another word for one
READINGS = 12  # of each speaker
WRONG_READINGS = 8  # likewise, of each kind
OTHER_SOUNDS, SONGS = 60, 40
PIECE_S = 0.3, 0.6  # of other speech
SCALE_HZ = (196.0, 220.0, 246.9, 293.7, 329.6, 392.0)  # pentatonic, g to g'
PLACES = 20  # tried for each piece: the loudest is taken


def first_reading_figures(folder: Path, models: Path, rules: VoiceRules) -> Figures:
    """Shares accepted, sent to a person (`unsure`) and refused, as `first_reading.<kind>.*`.

    Readings are put together from single takes, with pauses of 80 to 250 ms.
    """
    trials = _Trials(folder, DigitRecogniser(models), rules)
    outcomes: dict[str, list[str]] = defaultdict(list)
    for kind, outcome in trials.outcomes():
        outcomes[kind].append(outcome)
    figures: Figures = {"first_reading.cpu_ms": float(np.median(trials.costs_s)) * 1000}
    for kind, found in outcomes.items():
        figures[f"first_reading.{kind}.n"] = len(found)
        for outcome in ("accepted", "unsure", "refused"):
            count = found.count(outcome)
            figures[f"first_reading.{kind}.{outcome}"] = count / len(found)
            figures[f"first_reading.{kind}.{outcome}.ci95"] = wilson(count, len(found))
    return figures


class _Trials:
    def __init__(self, folder: Path, recogniser: DigitRecogniser, rules: VoiceRules) -> None:
        self._recogniser, self._rules = recogniser, rules
        self._chance = np.random.default_rng(1)
        self._speakers, self._other_speech = _recordings(folder)
        self.costs_s: list[float] = []  # processor time of each reading of the digits asked for

    def outcomes(self) -> Iterator[tuple[str, str]]:
        """The kind of each trial, and its outcome."""
        for corpus, takes in self._speakers:
            for _ in range(READINGS):
                said = self._order()
                began = time.process_time()
                yield f"{corpus}.live", self._outcome(self._read_aloud(takes, said), said)
                self.costs_s.append(time.process_time() - began)
            for _ in range(WRONG_READINGS):
                said = self._order()
                speech = self._read_aloud(takes, said)
                yield "other_order", self._outcome(speech, self._order())
                yield "neighbours_changed", self._outcome(speech, self._neighbours_changed(said))
        for _ in range(OTHER_SOUNDS):
            yield (
                "other_sounds",
                self._outcome(read_aloud(self._pieces(), self._chance), self._order()),
            )
        for _ in range(SONGS):
            notes = [sung(piece, self._chance.choice(SCALE_HZ)) for piece in self._pieces()]
            yield "song", self._outcome(read_aloud(notes, self._chance), self._order())

    def _outcome(self, speech: Samples, asked: str) -> str:
        ways = segmentations(speech, len(asked))
        if not ways:
            return "refused"
        rules = self._rules
        heard = hear_digits(self._recogniser.read, speech, ways[0], asked, rules.max_digit_edits)
        if heard.edits <= rules.max_digit_edits:
            return "accepted"
        return "unsure" if heard.edits <= rules.review_digit_edits else "refused"

    def _order(self) -> str:
        return "".join(self._chance.permutation(list(DIGITS)))

    def _neighbours_changed(self, said: str) -> str:
        at = int(self._chance.integers(len(said) - 1))
        return said[:at] + said[at + 1] + said[at] + said[at + 2 :]

    def _read_aloud(self, takes: Takes, digits: str) -> Samples:
        chosen = (takes[digit][int(self._chance.integers(len(takes[digit])))] for digit in digits)
        return read_aloud(list(chosen), self._chance)

    def _pieces(self) -> list[Samples]:
        """Ten pieces of what one person said, which was no digit."""
        speech = self._other_speech[int(self._chance.integers(len(self._other_speech)))]
        return [self._piece(speech) for _ in DIGITS]

    def _piece(self, speech: Samples) -> Samples:
        length = int(self._chance.uniform(*PIECE_S) * RATE)
        starts = self._chance.integers(len(speech) - length, size=PLACES)
        return max((speech[at : at + length] for at in starts), key=lambda one: (one**2).sum())


def _recordings(folder: Path) -> tuple[list[tuple[str, Takes]], list[Samples]]:
    """Speakers with their corpus and takes of each digit; and what others said.

    A speaker of whom there is 幺 counts once more, with it for one (`yao`).
    """
    takes: dict[tuple[str, str], dict[str, list[Samples]]] = defaultdict(lambda: defaultdict(list))
    other_speech = []
    with (folder / "manifest.csv").open() as file:
        for row in csv.DictReader(file):
            corpus, path = row["path"].split("/")[0], folder / row["path"]
            if row["kind"] == "human" and row["text"] in set(DIGITS):
                by_digit = takes[YAO if YAO in path.name else corpus, row["speaker"]]
                by_digit[row["text"]].append(sound(path))
            elif row["kind"] == "human" and not row["text"]:
                other_speech.append(sound(path))
    for (corpus, speaker), by_digit in list(takes.items()):
        if corpus == YAO:
            rest = next(d for (c, s), d in takes.items() if s == speaker and c != YAO)
            takes[corpus, speaker] = {**rest, **by_digit}
    whole: list[tuple[str, Takes]] = [
        (corpus, by_digit)
        for (corpus, _), by_digit in sorted(takes.items())
        if len(by_digit) == len(DIGITS)
    ]
    return whole, [speech for speech in other_speech if len(speech) > RATE]
