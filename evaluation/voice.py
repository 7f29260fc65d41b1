"""`kaihu evaluate voice`: speaker trials, degraded speech, and digits by the owner's templates."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np

from evaluation.curves import Curves
from evaluation.digits import digit_figures
from evaluation.rates import (
    equal_error_rate,
    least_log_likelihood_cost,
    log_likelihood_cost,
    min_dcf,
    score_at_eer,
    true_accept_rate,
    wilson,
)
from evaluation.report import Figures, not_measured
from evaluation.speech import DEGRADATIONS, Channel, cut_of, sound, untouched
from kyc.policy import VoicePolicy
from voiceprint.audio import RATE
from voiceprint.reader import VoiceReader
from voiceprint.speaker import SpeakerEmbedder

Trial = dict[str, str]
LEAST_TRIALS = 10


def evaluate_voice(data: Path, models: Path, policy: VoicePolicy, curves: Curves) -> Figures:
    folder = data / "voice"
    embedder = SpeakerEmbedder(models)
    trials: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    with (folder / "trials.csv").open() as file:
        for trial in csv.DictReader(file):
            trials[trial["corpus"], trial["seconds"]].append(trial)
    figures: Figures = {"n": sum(map(len, trials.values()))}
    for (corpus, seconds), rows in sorted(trials.items()):
        name = f"{corpus}.{seconds}s"
        figures |= _trial_figures(folder, embedder, name, rows, policy, curves)
        others = [row for row in rows if row["other_clip"] == "1"]
        figures |= _trial_figures(folder, embedder, f"{name}.other_clip", others, policy)
    four = trials["librispeech", "4.0"]
    different = [row for row in four if row["same"] == "0"][:1500]
    chosen = [row for row in four if row["same"] == "1"] + different
    for name, degrade in DEGRADATIONS.items():
        scores, same = _scores(folder, embedder, chosen, degrade, degrade)
        figures[f"degraded.{name}.eer"] = equal_error_rate(scores, same)
        scores, same = _scores(folder, embedder, chosen, untouched, degrade)
        figures[f"degraded.{name}.call_only.eer"] = equal_error_rate(scores, same)
        ratios = policy.rules.calibration.llr(scores)
        figures[f"degraded.{name}.call_only.cllr"] = log_likelihood_cost(ratios, same)
    figures |= digit_figures(folder, VoiceReader(models), policy)
    figures |= _synthetic_figures(folder, embedder, four, policy)
    figures["second_cpu_ms"] = _second_cost(folder, embedder, chosen)
    return figures


def _trial_figures(
    folder: Path,
    embedder: SpeakerEmbedder,
    name: str,
    rows: list[Trial],
    policy: VoicePolicy,
    curves: Curves | None = None,
) -> Figures:
    same_count = sum(row["same"] == "1" for row in rows)
    counts = {f"{name}.n_same": same_count, f"{name}.n_different": len(rows) - same_count}
    if min(counts.values()) < LEAST_TRIALS:
        return counts | not_measured("too few trials", f"{name}.eer", f"{name}.mindcf")
    scores, same = _scores(folder, embedder, rows)
    ratios = policy.rules.calibration.llr(scores)
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
        f"{name}.cllr_least": least_log_likelihood_cost(scores, same),
    }
    return figures | counts


def _scores(
    folder: Path,
    embedder: SpeakerEmbedder,
    rows: list[Trial],
    at_enrolment: Channel = untouched,
    in_call: Channel = untouched,
) -> tuple[np.ndarray, np.ndarray]:
    @cache
    def embedding(path: str, start: str, seconds: str, channel: Channel) -> np.ndarray:
        return embedder.embed(channel(cut_of(folder, path, start, seconds)))

    scores = [
        float(
            embedding(row["enrol"], row["enrol_start_s"], row["seconds"], at_enrolment)
            @ embedding(row["test"], row["test_start_s"], row["seconds"], in_call)
        )
        for row in rows
    ]
    return np.array(scores), np.array([row["same"] == "1" for row in rows])


def _synthetic_figures(
    folder: Path, embedder: SpeakerEmbedder, trials: list[Trial], policy: VoicePolicy
) -> Figures:
    """Synthetic voices that claim to be each enrolled person, and the persons themselves.

    None of the set's synthetic voices imitates anybody: this is no test against cloned voices.
    """
    with (folder / "manifest.csv").open() as file:
        voices = [row["path"] for row in csv.DictReader(file) if row["kind"] == "tts"]
    if not voices:
        return not_measured("no synthetic voices", "synthetic.rejected", "synthetic.live_rejected")
    enrolled = {(row["enrol"], row["enrol_start_s"]): row for row in trials}
    owners = np.stack(
        [
            embedder.embed(cut_of(folder, row["enrol"], row["enrol_start_s"], row["seconds"]))
            for row in enrolled.values()
        ]
    )
    spoofs = np.stack([embedder.embed(sound(folder / path)) for path in voices])
    least = _cosine(policy, "1.5")
    rejected = (owners @ spoofs.T < least).ravel()
    own = [r for r in trials if r["same"] == "1" and r["other_clip"] == "1"]
    scores, _ = _scores(folder, embedder, own)
    return {
        "synthetic.voices": len(voices),
        "synthetic.rejected": float(rejected.mean()),
        "synthetic.rejected.ci95": wilson(int(rejected.sum()), len(rejected)),
        "synthetic.live_rejected": float((scores < _cosine(policy, "4.0")).mean()),
    }


def _cosine(policy: VoicePolicy, seconds: str) -> float:
    line = policy.rules.calibration
    return (policy.rules.known_llr[seconds] - line.offset) / line.slope


def _second_cost(folder: Path, embedder: SpeakerEmbedder, rows: list[Trial]) -> float:
    cuts = [sound(folder / row["enrol"])[: 4 * RATE] for row in rows[:20]]
    began = time.process_time()
    for cut in cuts:
        embedder.embed(cut)
    return (time.process_time() - began) * 1000 / sum(len(cut) / RATE for cut in cuts)
