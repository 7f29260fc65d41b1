"""`kaihu evaluate attacks`: attack clips against the challenge gate (ISO/IEC 30107-3).

The clips were not made for our challenges: each is held, as it is, against many challenges
drawn for it. That shows how often a stored clip passes by chance; it says nothing of an attacker
who answers the challenge (a puppet, a deepfake), nor of live people, whose clips here do nothing
that was asked.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from evaluation.rates import wilson
from evaluation.report import Figures, not_measured
from kyc.face.embedding import FaceEmbedder
from kyc.face.finder import FaceFinder
from kyc.face.video import UnreadableVideo
from kyc.liveness.challenge import draw_face_challenge
from kyc.liveness.motion import check_motion
from kyc.liveness.watch import FaceWatcher
from kyc.policy import LivenessPolicy

DRAWS = 100
NO_PASSIVE = "no passive detector ships before issue C"


def evaluate_attacks(data: Path, models: Path, policy: LivenessPolicy) -> Figures:
    folder = data / "attack"
    with (folder / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    passed: dict[str, list[bool]] = defaultdict(list)
    with FaceFinder(models) as finder:
        watcher = FaceWatcher(finder, FaceEmbedder(models))
        for row in (r for r in rows if r["kind"] == "clip"):
            passed[row["label"]] += _passes(watcher, folder / row["path"], policy)
    figures: Figures = {"n": len(rows)}
    for label, results in passed.items():
        if label == "live":
            continue
        figures[f"clip.{label}.apcer"] = sum(results) / len(results)
        # Draws against one clip are not independent: the interval counts clips.
        clips = len(results) // DRAWS
        figures[f"clip.{label}.apcer.n"] = clips
        figures[f"clip.{label}.apcer.ci95"] = wilson(sum(results) / DRAWS, clips)
    figures |= _null("live clips here answer no challenge: see issue C", "clip.bpcer")
    figures |= not_measured(NO_PASSIVE, "clip.eer")
    kinds = {
        "still": ("attack", "mask", "print", "replay"),
        "crop": ("replay",),
        "nuaa": ("print",),
    }
    for kind, labels in kinds.items():
        names = [f"{kind}.{label}.apcer" for label in labels]
        figures |= _null(NO_PASSIVE, *names, f"{kind}.bpcer")
        figures |= not_measured(NO_PASSIVE, f"{kind}.eer")
    return figures


def _null(why: str, *rates: str) -> Figures:
    """Rates that could not be measured, with how many trials and their interval."""
    figures: Figures = {}
    for rate in rates:
        figures |= not_measured(why, rate, f"{rate}.n", f"{rate}.ci95")
    return figures


def _passes(watcher: FaceWatcher, clip: Path, policy: LivenessPolicy) -> list[bool]:
    try:
        observations, _ = watcher.observe(clip.read_bytes(), parts=1)
    except UnreadableVideo:
        return [False] * DRAWS
    readings = [
        check_motion(observations, draw_face_challenge(policy.challenge), policy.motion)
        for _ in range(DRAWS)
    ]
    return [not reading.reasons for reading in readings]
