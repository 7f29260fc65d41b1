"""`kaihu evaluate attacks`: presentation attacks, by single pictures and against the whole gate.

In the terms of ISO/IEC 30107-3. Passive figures hold each picture or clip against the passive
detector's threshold; `challenge_gate.py` simulates challenge and detector together.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.files import UnreadableFile
from core.policy import Policy
from demo.actor import FRAMES_A_SECOND, Clip, index_clip
from demo.material import CLIPS, demo_folder
from evaluation.challenge_gate import DEMO, LIVE, ChallengeGate
from evaluation.continuity import evaluate_continuity
from evaluation.curves import Curves
from evaluation.demo_videos import evaluate_demo_videos
from evaluation.occlusions import evaluate_occlusions
from evaluation.planar_motion import evaluate_planar_motion
from evaluation.rates import Labels, Scores, equal_error_rate
from evaluation.report import Figures
from evaluation.shares import share_figures
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.face.tracker import FaceTracker
from kyc.face.video import sampled_frames
from kyc.liveness.face_video import FaceVideoRules
from kyc.liveness.observation import Observation
from kyc.liveness.passive import PassiveDetector
from kyc.policy import FacePolicy, LivenessPolicy, UploadPolicy

ODDS_EVERY = 3  # frames
SAMPLED = 40  # frames of a long clip
MIN = -100.0
UNSEEN = -np.inf  # no face: an attack counts as caught, a live person as turned away
CLIP, NUAA = "clip", "nuaa"  # a kind, and a collection that stands for itself


@dataclass(frozen=True)
class ScoredSample:
    """One picture or clip: its label, its subject where known, its odds of being live."""

    label: str
    subject: str
    odds: float  # natural logarithm


class PassiveScorer:
    """Scores pictures and clips by the passive detector."""

    def __init__(self, models: Path, rules: FaceVideoRules) -> None:
        self.finder = FaceFinder(models)
        self._passive, self._rules = PassiveDetector(models), rules

    def score_picture(self, path: Path) -> float:
        """Odds of a picture; `UNSEEN` without a face."""
        image = cv2.imread(str(path))[..., ::-1]
        face = self.finder.find_subject(image)
        return UNSEEN if face is None else self._passive.live_odds(image, face)

    def score_file(self, path: Path) -> tuple[Clip, float]:
        """A clip at the actor's rate, and the median odds of its frames."""
        frames: list[RGB] = []
        seen: list[Observation] = []
        odds: list[float] = []
        tracker = FaceTracker(self.finder, self._rules.tracking)
        for frame in self._frames_until_too_long(path):
            at = len(seen) / FRAMES_A_SECOND
            faces = tracker.track(frame, at)
            if faces and len(seen) % ODDS_EVERY == 0:
                odds.append(self._passive.live_odds(frame, faces[0]))
            frames.append(frame)
            seen.append(Observation.of(at, faces, frame.shape[1]))
        return Clip(tuple(frames), tuple(seen)), float(np.median(odds)) if odds else UNSEEN

    def score_clip(self, clip: Clip) -> float:
        """The median odds of some of a long clip's frames."""
        frames = clip.frames[:: max(1, len(clip.frames) // SAMPLED)]
        odds = [
            self._passive.live_odds(frame, faces[0])
            for frame in frames
            if (faces := self.finder.find(frame))
        ]
        return float(np.median(odds)) if odds else UNSEEN

    def _frames_until_too_long(self, path: Path) -> Iterator[RGB]:
        limits = self._rules.limits
        try:
            for frame in sampled_frames(path.read_bytes(), lambda _: FRAMES_A_SECOND, limits):
                yield frame.image
        except UnreadableFile:
            return


def evaluate_attacks(data: Path, models: Path, policy: Policy, curves: Curves) -> Figures:
    """Every figure of presentation attacks; a curve for each kind of sample."""
    rules = policy.section(LivenessPolicy)
    video_rules = rules.video(policy.section(UploadPolicy).video)
    scorer, gate = PassiveScorer(models, video_rules), ChallengeGate(rules)
    folder = data / "attack"
    with (folder / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    samples, live_clips = _scored(folder, rows, scorer, gate)
    demo_clips = [index_clip(demo_folder(models) / name, models) for name in CLIPS]
    for clip in demo_clips:
        gate.add(DEMO, clip, scorer.score_clip(clip))
    live_clips += demo_clips
    figures: Figures = {"n": len(rows), **gate.figures()}
    figures |= evaluate_planar_motion(data, scorer.finder)
    figures |= evaluate_continuity(live_clips, scorer.finder, video_rules)
    figures |= evaluate_occlusions(data, scorer.finder, policy.section(FacePolicy).cover)
    figures |= evaluate_demo_videos(demo_clips, models, policy)
    for kind, members in samples.items():
        figures |= _rates(kind, members, rules.min_live_odds)
        curves.add(kind, *_scores(members))
    return figures | _worst_subject(samples[NUAA], rules.min_live_odds)


def _scored(
    folder: Path, rows: Sequence[Mapping[str, str]], scorer: PassiveScorer, gate: ChallengeGate
) -> tuple[dict[str, list[ScoredSample]], list[Clip]]:
    """Samples by kind, and the live clips; every clip is tried at the gate."""
    samples: dict[str, list[ScoredSample]] = defaultdict(list)
    live_clips = []
    for row in rows:
        path = folder / row["path"]
        if row["kind"] == CLIP:
            clip, odds = scorer.score_file(path)
            gate.add(row["label"], clip, odds)
            if row["label"] == LIVE:
                live_clips.append(clip)
            kind = f"{CLIP}.passive"
        else:
            odds = scorer.score_picture(path)
            kind = NUAA if row["collection"] == NUAA else row["kind"]
        samples[kind].append(ScoredSample(row["label"], row["subject"], odds))
    return samples, live_clips


def _rates(kind: str, samples: Sequence[ScoredSample], threshold: float) -> Figures:
    """APCER of each kind of attack, BPCER and EER of one kind of sample."""
    by_label: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        by_label[sample.label].append(sample.odds)
    figures: Figures = {}
    for label, odds in sorted(by_label.items()):
        live = label == LIVE
        wrong = [(one < threshold) if live else (one >= threshold) for one in odds]
        name = f"{kind}.bpcer" if live else f"{kind}.{label}.apcer"
        figures |= share_figures(name, wrong)
    figures[f"{kind}.eer"] = equal_error_rate(*_scores(samples))
    return figures


def _scores(samples: Sequence[ScoredSample]) -> tuple[Scores, Labels]:
    scores = np.array([max(sample.odds, MIN) for sample in samples])
    return scores, np.array([sample.label == LIVE for sample in samples])


def _worst_subject(samples: Sequence[ScoredSample], threshold: float) -> Figures:
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
