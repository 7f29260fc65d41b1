"""Calls as they are verified: an owner's, an owner's with other digits, and a stranger's."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from core.files import SoundLimits
from demo.speaker import as_wav
from evaluation.rates import wilson
from evaluation.recordings import read_aloud
from evaluation.report import Figures
from kyc.policy import VoicePolicy
from voiceprint.audio import RATE, Samples
from voiceprint.reader import VoiceReader

DIGITS = "0123456789"
ENROLMENTS = 8  # of each speaker

Takes = Mapping[str, Sequence[Samples]]  # of one speaker, by digit


def call_figures(
    speakers: Sequence[tuple[str, Takes]],
    reader: VoiceReader,
    rules: VoicePolicy,
    limits: SoundLimits,
) -> Figures:
    """Shares of the outcomes of `VoiceReader.verify`, as `calls.<corpus>.<caller>.<outcome>`.

    Callers use other takes than those that were enrolled; strangers are other speakers of the
    corpus, who read what was asked. Enrolments that fail are not called. `second_cpu_ms` is what
    all of a verification costs of one processor, a second of its recording.
    """
    outcomes: dict[str, list[str]] = defaultdict(list)
    trials = _Calls(reader, rules, limits)
    for at, (corpus, takes) in enumerate(speakers):
        others = [t for n, (c, t) in enumerate(speakers) if c == corpus and n != at]
        for _ in range(ENROLMENTS):
            for caller, outcome in trials.calls(takes, others):
                outcomes[f"calls.{corpus}.{caller}"].append(outcome)
    figures: Figures = {"second_cpu_ms": 1000 * trials.cpu_s / trials.recorded_s}
    for name, found in outcomes.items():
        figures[f"{name}.n"] = len(found)
        for outcome in sorted(set(found)):
            count = found.count(outcome)
            figures[f"{name}.{outcome}"] = count / len(found)
            figures[f"{name}.{outcome}.ci95"] = wilson(count, len(found))
    return figures


class _Calls:
    def __init__(self, reader: VoiceReader, rules: VoicePolicy, limits: SoundLimits) -> None:
        self._reader, self._rules, self._limits = reader, rules, limits
        self._chance = np.random.default_rng(2)
        self.cpu_s = self.recorded_s = 0.0  # of all verifications

    def calls(self, takes: Takes, others: Sequence[Takes]) -> Iterator[tuple[str, str]]:
        """One enrolment, and the outcomes of the calls that follow, by who calls."""
        order = {digit: self._chance.permutation(len(said)) for digit, said in takes.items()}
        half = {d: [takes[d][n] for n in order[d][: len(order[d]) // 2]] for d in takes}
        rest = {d: [takes[d][n] for n in order[d][len(order[d]) // 2 :]] for d in takes}
        first = "".join(self._chance.permutation(list(DIGITS)))
        second = self._digits()
        rules, limits = self._rules.rules, self._limits
        recording = as_wav(self._read(half, first + second))
        enrolled = self._reader.enrol(recording, first, second, rules, limits)
        voice, own = enrolled.embedding, enrolled.own_digits
        if voice is None or own is None:
            return
        asked, other = self._digits(), self._digits()
        readings = {"owner": self._read(rest, asked), "other_digits": self._read(rest, other)}
        if others:
            stranger = others[int(self._chance.integers(len(others)))]
            readings["stranger"] = self._read(stranger, asked)
        for caller, reading in readings.items():
            began = time.process_time()
            verified = self._reader.verify(as_wav(reading), asked, voice, own, rules, limits)
            self.cpu_s += time.process_time() - began
            self.recorded_s += len(reading) / RATE
            yield caller, verified.outcome

    def _digits(self) -> str:
        return "".join(self._chance.choice(list(DIGITS), self._rules.second_reading))

    def _read(self, takes: Takes, digits: str) -> Samples:
        chosen = [takes[digit][int(self._chance.integers(len(takes[digit])))] for digit in digits]
        return read_aloud(chosen, self._chance)
