"""`kaihu evaluate attacks`: presentation attacks, by single pictures and against the whole gate.

In the terms of ISO/IEC 30107-3. Passive figures hold each picture or clip against the passive
detector's threshold. The gate is simulated: for each clip challenges are drawn; a replay is shown
as it is, a live person's clip may be cut by the demo's actor to what was asked, of the actions
that it shows (the demo's own two clips show all). That shows how often a stored clip passes by
chance, and nothing of an attacker who answers the challenge.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from core.files import UnreadableFile
from demo.actor import FRAMES_A_SECOND, Actor, Clip, index_clip
from demo.performance import Unplayable
from evaluation.continuity import evaluate_continuity
from evaluation.curves import Curves
from evaluation.occlusions import evaluate_occlusions
from evaluation.planes import planes
from evaluation.played import evaluate_played
from evaluation.rates import Labels, Scores, equal_error_rate, wilson
from evaluation.report import Figures, not_measured
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.face.tracker import FaceTracker
from kyc.face.video import sampled_frames
from kyc.liveness.challenge import FaceChallenge, draw_face_challenge
from kyc.liveness.face_video import FaceVideoRules
from kyc.liveness.motion import check_motion
from kyc.liveness.observation import Observation
from kyc.liveness.passive import PassiveDetector
from kyc.policy import LivenessPolicy, Policy

DRAWS = 1000
PLAYS = 20
LEAST_ACTIONS = 2
ODDS_EVERY = 3  # frames
LIVE, DEMO = "live", "demo"
RATES = {LIVE: "clip.bpcer", DEMO: "clip.demo.bpcer"}
DEMO_CLIPS, SAMPLED = ("franck.mp4", "cap12.mp4"), 40
LEAST = -100.0
UNSEEN = -np.inf  # no face: an attack counts as caught, a live person as turned away


@dataclass(frozen=True)
class Sample:
    """One picture or clip with its label, its subject where known, and how live it looked."""

    label: str
    subject: str
    odds: float


def evaluate_attacks(data: Path, models: Path, whole: Policy, curves: Curves) -> Figures:
    policy = whole.liveness
    folder = data / "attack"
    with (folder / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    samples: dict[str, list[Sample]] = defaultdict(list)
    gate = _Gate(policy)
    live_clips = []
    passive = PassiveDetector(models)
    finder = FaceFinder(models)
    for row in rows:
        path = folder / row["path"]
        if row["kind"] == "clip":
            clip, odds = _watch(path, finder, passive, policy.video)
            gate.add(row["label"], clip, odds)
            if row["label"] == LIVE:
                live_clips.append(clip)
            kind = "clip.passive"
        else:
            odds = _look(path, finder, passive)
            kind = "nuaa" if row["collection"] == "nuaa" else row["kind"]
        samples[kind].append(Sample(row["label"], row["subject"], odds))
    demo_clips = [index_clip(models / "demo" / name, models) for name in DEMO_CLIPS]
    for clip in demo_clips:
        gate.add(DEMO, clip, _sampled_odds(clip, finder, passive))
        live_clips.append(clip)
    figures: Figures = {"n": len(rows), **gate.figures()}
    figures |= planes(data, finder)
    figures |= evaluate_continuity(live_clips, finder, policy.video)
    figures |= evaluate_occlusions(data, finder, whole.face.cover)
    figures |= evaluate_played(demo_clips, models, whole)
    for kind, members in samples.items():
        figures |= _rates(kind, members, policy.least_live_odds)
        curves.add(kind, *_scores(members))
    return figures | _worst_subject(samples["nuaa"], policy.least_live_odds)


def _look(path: Path, finder: FaceFinder, passive: PassiveDetector) -> float:
    image = cv2.imread(str(path))[..., ::-1]
    face = finder.find_subject(image)
    return UNSEEN if face is None else passive.live_odds(image, face)


def _watch(
    path: Path, finder: FaceFinder, passive: PassiveDetector, rules: FaceVideoRules
) -> tuple[Clip, float]:
    """A clip at the actor's rate, and the median of how live its frames look."""
    frames: list[RGB] = []
    seen: list[Observation] = []
    odds: list[float] = []
    tracker = FaceTracker(finder, rules.tracking)
    for frame in _until_too_long(path, rules):
        at = len(seen) / FRAMES_A_SECOND
        faces = tracker.track(frame, at)
        if faces and len(seen) % ODDS_EVERY == 0:
            odds.append(passive.live_odds(frame, faces[0]))
        frames.append(frame)
        seen.append(Observation.of(at, faces, frame.shape[1]))
    return Clip(tuple(frames), tuple(seen)), float(np.median(odds)) if odds else UNSEEN


def _until_too_long(path: Path, rules: FaceVideoRules) -> Iterator[RGB]:
    try:
        for frame in sampled_frames(path.read_bytes(), lambda _: FRAMES_A_SECOND, rules.limits):
            yield frame.image
    except UnreadableFile:
        return


def _sampled_odds(clip: Clip, finder: FaceFinder, passive: PassiveDetector) -> float:
    """The median of how live some of a long clip's frames look."""
    frames = clip.frames[:: max(1, len(clip.frames) // SAMPLED)]
    odds = [passive.live_odds(f, faces[0]) for f in frames if (faces := finder.find(f))]
    return float(np.median(odds)) if odds else UNSEEN


class _Gate:
    """Challenge and passive detector together, simulated over clips."""

    def __init__(self, policy: LivenessPolicy) -> None:
        self._policy = policy
        self._random = np.random.default_rng(7)
        self._passed: dict[str, list[float]] = defaultdict(list)  # share of draws, by clip
        self._unplayable = 0

    def add(self, label: str, clip: Clip, odds: float) -> None:
        share = self._acted(clip) if label in (LIVE, DEMO) else self._replayed(clip)
        if share is not None:
            live = odds >= self._policy.least_live_odds
            self._passed[f"{label}.challenge_alone"].append(share)
            self._passed[label].append(share if live else 0.0)

    def _replayed(self, clip: Clip) -> float:
        """The clip shown from a random moment on, over and over, to many challenges."""
        passed = 0
        for _ in range(DRAWS):
            challenge = draw_face_challenge(self._policy.challenge)
            start = int(self._random.integers(len(clip.frames)))
            length = round((challenge.seconds + 0.6) * FRAMES_A_SECOND)
            order = [(start + n) % len(clip.frames) for n in range(length)]
            passed += not self._reasons(clip, order, challenge)
        return passed / DRAWS

    def _acted(self, clip: Clip) -> float | None:
        """Cut to what is asked, of the actions that the clip shows; None where it shows one."""
        rules = self._policy.challenge
        widest = max(rules.window_tenths) / 10
        trial = Actor(clip, self._policy.motion, 0)
        shown = tuple(action for action in rules.actions if trial.shows(action, widest))
        if len(shown) < LEAST_ACTIONS:
            self._unplayable += 1
            return None
        results = []
        for seed in range(PLAYS):
            challenge = draw_face_challenge(replace(rules, actions=shown))
            try:
                order = Actor(clip, self._policy.motion, seed).perform(challenge)
            except Unplayable:
                continue
            results.append(not self._reasons(clip, order, challenge))
        return float(np.mean(results)) if results else None

    def _reasons(
        self, clip: Clip, order: Sequence[int], challenge: FaceChallenge
    ) -> tuple[str, ...]:
        seen = [replace(clip.observations[i], at=n / FRAMES_A_SECOND) for n, i in enumerate(order)]
        return check_motion(seen, challenge, self._policy.motion).reasons

    def figures(self) -> Figures:
        figures: Figures = {"clip.live.too_little_shown": self._unplayable}
        for name, shares in sorted(self._passed.items()):
            label, _, rest = name.partition(".")
            live = label in (LIVE, DEMO)
            rate = RATES.get(label, f"clip.{label}.apcer")
            missed = 1 - float(np.mean(shares)) if live else float(np.mean(shares))
            key = f"{rate}.{rest}" if rest else rate
            # Draws against one clip are not independent: the interval counts clips.
            figures |= {key: missed, f"{key}.n": len(shares)}
            figures[f"{key}.ci95"] = wilson(missed * len(shares), len(shares))
        if LIVE not in self._passed:
            why = "no live clip shows all that challenges ask for"
            figures |= not_measured(why, "clip.bpcer", "clip.bpcer.n", "clip.bpcer.ci95")
        return figures


def _rates(kind: str, samples: Sequence[Sample], threshold: float) -> Figures:
    """APCER of each kind of attack, BPCER and EER of one kind of sample."""
    by_label: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        by_label[sample.label].append(sample.odds)
    figures: Figures = {}
    for label, odds in sorted(by_label.items()):
        live = label == LIVE
        wrong = [(one < threshold) if live else (one >= threshold) for one in odds]
        rate = f"{kind}.bpcer" if live else f"{kind}.{label}.apcer"
        figures |= {rate: float(np.mean(wrong)), f"{rate}.n": len(wrong)}
        figures[f"{rate}.ci95"] = wilson(sum(wrong), len(wrong))
    figures[f"{kind}.eer"] = equal_error_rate(*_scores(samples))
    return figures


def _scores(samples: Sequence[Sample]) -> tuple[Scores, Labels]:
    scores = np.array([max(sample.odds, LEAST) for sample in samples])
    return scores, np.array([sample.label == LIVE for sample in samples])


def _worst_subject(samples: Sequence[Sample], threshold: float) -> Figures:
    """One person's pictures are no independent cases: the worst person's rates, beside the mean."""
    wrong: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for sample in samples:
        live = sample.label == LIVE
        missed = sample.odds < threshold if live else sample.odds >= threshold
        wrong[live, sample.subject].append(missed)
    rates = {key: float(np.mean(rows)) for key, rows in wrong.items()}
    return {
        "nuaa.subjects": len({subject for _, subject in rates}),
        "nuaa.worst_subject.apcer": max(rate for (live, _), rate in rates.items() if not live),
        "nuaa.worst_subject.bpcer": max(rate for (live, _), rate in rates.items() if live),
    }
