"""`kaihu calibrate voice`: from cosines to likelihood ratios, and what else was weighed.

Fitted on every second speaker of librispeech, judged on those it never saw: logistic regression
(Brummer and du Preez, 2006) with one line for all lengths, and with lines that move with the
length; AS-norm (Matejka et al., 2017) with the fitted half as cohort; and simple cues of synthetic
and replayed speech.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from core.policy import Policy
from evaluation.rates import (
    equal_error_rate,
    log_likelihood_cost,
    min_dcf,
    min_log_likelihood_cost,
)
from evaluation.recordings import cut_of
from evaluation.report import Figures
from evaluation.speech_cues import cue_figures
from kyc.policy import VoicePolicy
from voiceprint.calibration import threshold_at
from voiceprint.rules import VoiceRules
from voiceprint.speaker import Embedding, SpeakerEmbedder

Array = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]
CORPUS = "librispeech"
NEAREST = 300  # of the cohort, that a score is normalised against
MIN_TRIALS = 10


class _Trials:
    """All trials of the set as arrays, with their embeddings."""

    def __init__(self, folder: Path, models: Path) -> None:
        embedder = SpeakerEmbedder(models)

        @cache
        def embed(path: str, start: str, seconds: str) -> Embedding:
            return embedder.embed(cut_of(folder, path, start, seconds))

        with (folder / "manifest.csv").open() as file:
            speakers = {row["path"]: row["speaker"] for row in csv.DictReader(file)}
        with (folder / "trials.csv").open() as file:
            rows = list(csv.DictReader(file))
        self.corpus = np.array([row["corpus"] for row in rows])
        self.seconds = np.array([float(row["seconds"]) for row in rows])
        self.same = np.array([row["same"] == "1" for row in rows])
        self.speakers = np.array([[speakers[r["enrol"]], speakers[r["test"]]] for r in rows])
        self.voices = np.array(
            [
                [
                    embed(row["enrol"], row["enrol_start_s"], row["seconds"]),
                    embed(row["test"], row["test_start_s"], row["seconds"]),
                ]
                for row in rows
            ]
        )
        self.cosines = np.einsum("nd,nd->n", self.voices[:, 0], self.voices[:, 1])


def calibrate_voice(data: Path, models: Path, policy: Policy) -> Figures:
    """Slope and offset; Cllr on the half not fitted on; what AS-norm and cues would bring."""
    trials = _Trials(data / "voice", models)
    of_corpus = trials.corpus == CORPUS
    fitted = sorted(set(trials.speakers[of_corpus].ravel()))[1::2]
    seen = np.isin(trials.speakers, fitted)
    inside, held_out = of_corpus & seen.all(1), of_corpus & ~seen.any(1)
    figures: Figures = {"n": len(trials.same), "trials_fitted": int(inside.sum())}
    length = np.log2(trials.seconds)
    forms = {
        "one_line": trials.cosines[:, None],
        "shifted": np.stack([trials.cosines, length], 1),
        "bent": np.stack([trials.cosines, length, trials.cosines * length], 1),
    }
    for name, evidence in forms.items():
        model = LogisticRegression(C=100, max_iter=1000, class_weight="balanced")
        model.fit(evidence[inside], trials.same[inside])
        ratios = model.decision_function(evidence)
        if name == "one_line":
            figures |= {"slope": float(model.coef_[0, 0]), "offset": float(model.intercept_[0])}
        figures |= _costs(name, trials, ratios, held_out | ~of_corpus)
    figures |= _at_known(trials, held_out, policy.section(VoicePolicy).rules)
    figures |= _normalised(trials, inside, held_out)
    return figures | cue_figures(data / "voice", models)


def _costs(name: str, trials: _Trials, ratios: Array, chosen: Chosen) -> Figures:
    figures: Figures = {}
    for corpus, seconds in sorted(set(zip(trials.corpus, trials.seconds, strict=True))):
        rows = chosen & (trials.corpus == corpus) & (trials.seconds == seconds)
        same = trials.same[rows]
        if min(same.sum(), (~same).sum()) < MIN_TRIALS:
            continue
        title = f"{corpus}.{seconds}s.cllr"
        figures[f"{title}.{name}"] = log_likelihood_cost(ratios[rows], same)
        figures[f"{title}.least"] = min_log_likelihood_cost(trials.cosines[rows], same)
    return figures


def _at_known(trials: _Trials, held_out: Chosen, rules: VoiceRules) -> Figures:
    """False and true accepts at the shipped thresholds, by length, on the half not fitted on."""
    ratios = rules.calibration.llr(trials.cosines)
    figures: Figures = {}
    for seconds in sorted(set(trials.seconds[held_out])):
        rows = held_out & (trials.seconds == seconds)
        known = ratios[rows] >= threshold_at(rules.known_llr, seconds)
        same = trials.same[rows]
        figures[f"known.{seconds}s.false_accepts"] = float(known[~same].mean())
        figures[f"known.{seconds}s.true_accepts"] = float(known[same].mean())
    return figures


def _normalised(trials: _Trials, inside: Chosen, held_out: Chosen) -> Figures:
    """Errors with and without adaptive symmetric normalisation."""
    figures: Figures = {}
    for seconds in sorted(set(trials.seconds[held_out])):
        rows, of_cohort = (
            held_out & (trials.seconds == seconds),
            inside & (trials.seconds == seconds),
        )
        same, scores = trials.same[rows], trials.cosines[rows]
        cohort = np.unique(trials.voices[of_cohort].reshape(-1, trials.voices.shape[-1]), axis=0)
        nearest = np.sort(trials.voices[rows] @ cohort.T, axis=-1)[..., -NEAREST:]
        centred = (scores[:, None] - nearest.mean(-1)) / nearest.std(-1)
        for name, found in (("plain", scores), ("as_norm", centred.mean(1))):
            figures[f"{name}.{seconds}s.eer"] = equal_error_rate(found, same)
            figures[f"{name}.{seconds}s.mindcf"] = min_dcf(found, same)
    return figures
