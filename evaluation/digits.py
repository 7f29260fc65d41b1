"""Digits by the owner's own templates: right ones, others, and copies of what was enrolled."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from core.files import SoundLimits
from core.reasons import Reason
from demo.speaker import as_wav
from evaluation.calls import call_figures
from evaluation.rates import wilson
from evaluation.recordings import (
    DEGRADATIONS,
    loudspeaker,
    read_aloud,
    room,
    soft,
    sound,
    untouched,
)
from evaluation.report import Figures, not_measured
from kyc.policy import VoicePolicy
from voiceprint.audio import Samples
from voiceprint.digits import (
    DigitTemplates,
    best_matches,
    match_readings,
    mean_distance,
    mean_excess,
)
from voiceprint.reader import VoiceReader
from voiceprint.segmentation import segmentations

DIGITS = "0123456789"
TRIALS = 60
COPIES = 25
ENROLMENTS = 12
MIN_TAKES = 2  # of each digit
PLACES = {
    "near": untouched,
    "soft40db": soft,
    "room0.4s": room(0.4),
    "room0.7s": room(0.7),
    "room1.2s": room(1.2),
}
CHANNELS = {"untouched": untouched, **DEGRADATIONS, "loudspeaker": loudspeaker}

Takes = Mapping[str, Sequence[Samples]]  # of one speaker, by digit
Paths = Mapping[tuple[str, str], Mapping[str, Sequence[str]]]  # by corpus and speaker, and digit


def digit_figures(
    folder: Path, reader: VoiceReader, rules: VoicePolicy, limits: SoundLimits
) -> Figures:
    """Six digits from one speaker's takes, with pauses, cut apart and matched as enrolment does.

    Templates are one other take of each digit. Wrong strings are other random ones; beside them
    stand strings of which just one digit is another. `enrolment.*` is the whole reading, in the
    places of `PLACES`; `calls.*` are whole verifications.
    """
    paths = _paths(folder)
    trials = _DigitTrials(reader, rules, limits)
    results: dict[str, list[bool]] = defaultdict(list)
    for corpus, takes in _speakers(folder, paths):
        for name, case in trials.cases(corpus, takes):
            results[name].append(case)
    figures: Figures = {}
    for name, rows in results.items():
        figures |= {name: float(np.mean(rows)), f"{name}.ci95": wilson(sum(rows), len(rows))}
    figures |= call_figures(list(_speakers(folder, paths)), reader, rules, limits)
    for corpus in {corpus for corpus, _ in paths} - {name.split(".")[1] for name in results}:
        names = [f"digits.{corpus}.{end}_accepted" for end in ("right", "wrong")]
        figures |= not_measured("no speaker with two takes of every digit", *names)
    return figures


def _paths(folder: Path) -> Paths:
    """The recordings of single digits that people said."""
    found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with (folder / "manifest.csv").open() as file:
        for row in csv.DictReader(file):
            if len(row["text"]) == 1 and row["text"].isdigit() and row["kind"] == "human":
                corpus = row["path"].split("/")[0]
                found[corpus, row["speaker"]][row["text"]].append(row["path"])
    return found


def _speakers(folder: Path, paths: Paths) -> Iterator[tuple[str, Takes]]:
    """The corpus and the takes of each speaker who said every digit twice."""
    for (corpus, _), by_digit in sorted(paths.items()):
        takes = {
            digit: [sound(folder / path) for path in said]
            for digit, said in by_digit.items()
            if len(said) >= MIN_TAKES
        }
        if len(takes) == len(DIGITS):
            yield corpus, takes


class _DigitTrials:
    """Readings made of one speaker's takes, by chance."""

    def __init__(self, reader: VoiceReader, rules: VoicePolicy, limits: SoundLimits) -> None:
        self._reader, self._rules, self._limits = reader, rules, limits
        self._random = np.random.default_rng(1)

    def cases(self, corpus: str, takes: Takes) -> Iterator[tuple[str, bool]]:
        """Figures' names, each with one case of it."""
        kinds: tuple[tuple[int, str, str, Callable[[Takes], dict[str, bool]]], ...] = (
            (TRIALS, "digits", "_accepted", self._trial),
            (COPIES, "copies", "", self._copies),
            (ENROLMENTS, "enrolment", "", self._enrolment),
        )
        for count, kind, ending, trial in kinds:
            for _ in range(count):
                for name, case in trial(takes).items():
                    yield f"{kind}.{corpus}.{name}{ending}", case

    def _trial(self, takes: Takes) -> dict[str, bool]:
        """Whether a reading is accepted for what was said, another string, one other digit."""
        chance = self._random
        kept = {d: int(chance.integers(len(said))) for d, said in takes.items()}
        first = "".join(chance.permutation(list(DIGITS)))
        template_takes = [takes[d][kept[d]] for d in first]
        said = "".join(chance.choice(list(DIGITS), self._rules.second_reading))
        others = {d: [t for n, t in enumerate(takes[d]) if n != kept[d]] for d in takes}
        spoken = [others[d][int(chance.integers(len(others[d])))] for d in said]
        asked = self._strings(said)
        samples = np.concatenate([self._read_aloud(template_takes), self._read_aloud(spoken)])
        return {
            name: self._is_accepted(samples, first, string)
            for name, string in asked.items()
            if name == "right" or string != said
        }

    def _is_accepted(self, samples: Samples, first: str, asked: str) -> bool:
        found = match_readings(samples, first, asked)
        excess = np.inf if found is None else mean_excess(found.matches)
        return bool(excess <= self._rules.rules.max_digit_excess)

    def _strings(self, said: str) -> dict[str, str]:
        """Strings that may have been asked for, beside what was said."""
        place = int(self._random.integers(len(said)))
        other = str((int(said[place]) + 1) % 10)
        return {
            "right": said,
            "wrong": "".join(self._random.choice(list(DIGITS), len(said))),
            "one_other": said[:place] + other + said[place + 1 :],
        }

    def _copies(self, takes: Takes) -> dict[str, bool]:
        """Whether a call cut from the enrolled takes is noticed, and one of other takes too."""
        two, first = self._two_takes(takes), self._all_digits()
        enrolled = self._read_aloud([two[d][0] for d in first])
        parted = segmentations(enrolled, len(first))
        if not parted:
            return {}
        own = DigitTemplates.enrolled(enrolled, parted[0], first)
        said = "".join(self._random.choice(list(DIGITS), self._rules.second_reading))
        found = {}
        for take, kind in enumerate(("noticed", "alarm")):
            call = self._read_aloud([two[d][take] for d in said])
            for name, channel in CHANNELS.items():
                if (matches := best_matches(own, channel(call), said)) is not None:
                    distance = mean_distance(matches)
                    found[f"{name}.{kind}"] = distance < self._rules.rules.min_digit_distance
        return found

    def _enrolment(self, takes: Takes) -> dict[str, bool]:
        """Whether an honest enrolment passes, and whether its failure is put down to the room."""
        two, first = self._two_takes(takes), self._all_digits()
        second = "".join(self._random.choice(list(DIGITS), self._rules.second_reading))
        read = self._read_aloud([two[d][0] for d in first] + [two[d][1] for d in second])
        found = {}
        for place, channel in PLACES.items():
            reasons = self._reader.enrol(
                as_wav(channel(read)), first, second, self._rules.rules, self._limits
            ).reasons
            found[f"{place}.accepted"] = not reasons
            found[f"{place}.told_of_echo"] = Reason.TOO_MUCH_ECHO in reasons
        return found

    def _two_takes(self, takes: Takes) -> dict[str, list[Samples]]:
        return {
            digit: [said[n] for n in self._random.permutation(len(said))[:2]]
            for digit, said in takes.items()
        }

    def _all_digits(self) -> str:
        return "".join(self._random.permutation(list(DIGITS)))

    def _read_aloud(self, takes: Sequence[Samples]) -> Samples:
        return read_aloud(takes, self._random)
