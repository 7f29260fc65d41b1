"""`kaihu evaluate voice`: speaker trials, degraded speech, and digits by the owner's templates."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.policy import Policy
from evaluation.curves import Curves
from evaluation.digits import digit_figures
from evaluation.first_reading import first_reading_figures
from evaluation.rates import (
    equal_error_rate,
    log_likelihood_cost,
    min_dcf,
    min_log_likelihood_cost,
    score_at_eer,
    true_accept_rate,
    wilson,
)
from evaluation.recordings import DEGRADATIONS, Channel, cut_of, sound, untouched
from evaluation.report import Figures, not_measured
from kyc.policy import UploadPolicy, VoicePolicy
from voiceprint.reader import VoiceReader
from voiceprint.rules import VoiceRules
from voiceprint.speaker import SpeakerEmbedder

Trial = dict[str, str]
Scores = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]

MIN_TRIALS = 10
DEGRADED_SET = "librispeech", "4.0"  # corpus, seconds
DEGRADED_IMPOSTORS = 1500


def evaluate_voice(data: Path, models: Path, policy: Policy, curves: Curves) -> Figures:
    """Speaker comparison by corpus and length, what telephones cost, digits, first readings."""
    rules = policy.section(VoicePolicy)
    folder = data / "voice"
    speakers = _Speakers(folder, models, rules.rules)
    trials: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    with (folder / "trials.csv").open() as file:
        for trial in csv.DictReader(file):
            trials[trial["corpus"], trial["seconds"]].append(trial)
    figures: Figures = {"n": sum(map(len, trials.values()))}
    for (corpus, seconds), rows in sorted(trials.items()):
        name = f"{corpus}.{seconds}s"
        figures |= speakers.trial_figures(name, rows, curves)
        others = [row for row in rows if row["other_clip"] == "1"]
        figures |= speakers.trial_figures(f"{name}.other_clip", others)
    chosen = _some_impostors(trials[DEGRADED_SET])
    figures |= speakers.degraded_figures(chosen)
    limits = policy.section(UploadPolicy).recording
    figures |= digit_figures(folder, VoiceReader(models), rules, limits)
    figures |= first_reading_figures(folder, models, rules.rules)
    figures |= speakers.synthetic_figures(trials[DEGRADED_SET])
    return figures


def _some_impostors(trials: list[Trial]) -> list[Trial]:
    different = [row for row in trials if row["same"] == "0"][:DEGRADED_IMPOSTORS]
    return [row for row in trials if row["same"] == "1"] + different


class _Speakers:
    """Comparisons of the set's speakers, by the rules that ship."""

    def __init__(self, folder: Path, models: Path, rules: VoiceRules) -> None:
        self._folder, self._rules = folder, rules
        self._embedder = SpeakerEmbedder(models)

    def trial_figures(self, name: str, rows: list[Trial], curves: Curves | None = None) -> Figures:
        """Error rates of some trials, as `<name>.*`."""
        same_count = sum(row["same"] == "1" for row in rows)
        counts = {f"{name}.n_same": same_count, f"{name}.n_different": len(rows) - same_count}
        if min(counts.values()) < MIN_TRIALS:
            return counts | not_measured("too few trials", f"{name}.eer", f"{name}.mindcf")
        scores, same = self._scores(rows)
        ratios = self._rules.calibration.llr(scores)
        if curves is not None:
            curves.add(name, scores, same)
        figures = {
            f"{name}.eer": equal_error_rate(scores, same),
            f"{name}.cosine_at_eer": score_at_eer(scores, same),
            f"{name}.cosine_at_far_1e-2": float(np.quantile(scores[~same], 1 - 1e-2)),
            f"{name}.cosine_at_far_1e-3": float(np.quantile(scores[~same], 1 - 1e-3)),
            f"{name}.tar_at_far_1e-3": true_accept_rate(scores, same, 1e-3),
            f"{name}.mindcf": min_dcf(scores, same),
            f"{name}.cllr": log_likelihood_cost(ratios, same),
            f"{name}.cllr_least": min_log_likelihood_cost(scores, same),
        }
        return figures | counts

    def degraded_figures(self, rows: list[Trial]) -> Figures:
        """What coding and noise cost, in both recordings and in the later one alone."""
        figures: Figures = {}
        for name, degrade in DEGRADATIONS.items():
            scores, same = self._scores(rows, degrade, degrade)
            figures[f"degraded.{name}.eer"] = equal_error_rate(scores, same)
            scores, same = self._scores(rows, untouched, degrade)
            figures[f"degraded.{name}.call_only.eer"] = equal_error_rate(scores, same)
            ratios = self._rules.calibration.llr(scores)
            figures[f"degraded.{name}.call_only.cllr"] = log_likelihood_cost(ratios, same)
        return figures

    def synthetic_figures(self, trials: list[Trial]) -> Figures:
        """Synthetic voices that claim to be each enrolled person, and the persons themselves.

        None of the set's synthetic voices imitates anybody: this is no test against cloned voices.
        """
        with (self._folder / "manifest.csv").open() as file:
            voices = [row["path"] for row in csv.DictReader(file) if row["kind"] == "tts"]
        if not voices:
            names = "synthetic.rejected", "synthetic.live_rejected"
            return not_measured("no synthetic voices", *names)
        enrolled = {(row["enrol"], row["enrol_start_s"]): row for row in trials}
        owners = np.stack(
            [
                self._embedder.embed(
                    cut_of(self._folder, row["enrol"], row["enrol_start_s"], row["seconds"])
                )
                for row in enrolled.values()
            ]
        )
        spoofs = np.stack([self._embedder.embed(sound(self._folder / path)) for path in voices])
        rejected = (owners @ spoofs.T < self._cosine("1.5")).ravel()
        own = [r for r in trials if r["same"] == "1" and r["other_clip"] == "1"]
        scores, _ = self._scores(own)
        return {
            "synthetic.voices": len(voices),
            "synthetic.rejected": float(rejected.mean()),
            "synthetic.rejected.ci95": wilson(int(rejected.sum()), len(rejected)),
            "synthetic.live_rejected": float((scores < self._cosine("4.0")).mean()),
        }

    def _scores(
        self, rows: list[Trial], at_enrolment: Channel = untouched, in_call: Channel = untouched
    ) -> tuple[Scores, Labels]:
        """Cosines of trials, and which of them are of one person."""

        @cache
        def embedding(path: str, start: str, seconds: str, channel: Channel) -> np.ndarray:
            return self._embedder.embed(channel(cut_of(self._folder, path, start, seconds)))

        scores = [
            float(
                embedding(row["enrol"], row["enrol_start_s"], row["seconds"], at_enrolment)
                @ embedding(row["test"], row["test_start_s"], row["seconds"], in_call)
            )
            for row in rows
        ]
        return np.array(scores), np.array([row["same"] == "1" for row in rows])

    def _cosine(self, seconds: str) -> float:
        """The cosine at which a voice of so many seconds counts as known."""
        line = self._rules.calibration
        return (self._rules.known_llr[seconds] - line.offset) / line.slope
