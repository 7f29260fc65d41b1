"""Which frames of a face video are analysed, and which of them are kept to compare the face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kyc.face.finder import Face
from kyc.face.picture import RGB
from kyc.face.quality import face_quality
from kyc.face.video import FramePlan
from kyc.liveness.challenge import Action, FaceChallenge


@dataclass(frozen=True)
class SamplingRules:
    """From the policy.

    Frames are analysed sparsely, and densely while a blink is asked for, which is over in 0.2 s.
    The video is split into `best_frames` parts, of each of which the best frame is kept. A frame's
    goodness is the logarithm of its sharpness less penalties: the head's turn in units of
    `yaw_degrees`, and how far the eyes are closed and the mouth is open, weighted.
    """

    sparse_per_s: float
    dense_per_s: float
    dense_after_s: float  # so long after a blink's window frames are still dense
    best_frames: int
    yaw_degrees: float
    eyes_closed_weight: float
    mouth_open_weight: float

    def plan(self, challenge: FaceChallenge) -> FramePlan:
        """Which frames of a video that should show a challenge are analysed."""
        blinks = [cue for cue in challenge.cues if cue.action == Action.BLINK_TWICE]
        spans = tuple((cue.at, cue.until + self.dense_after_s) for cue in blinks)
        return FramePlan(self.sparse_per_s, self.dense_per_s, spans)

    def goodness(self, image: RGB, face: Face) -> float:
        """Higher for a face that is sharp, straight and has its eyes open and its mouth shut."""
        sharp = float(np.log1p(face_quality(image, face).sharpness))
        eyes, mouth = (
            face.eyes_closed * self.eyes_closed_weight,
            face.mouth_open * self.mouth_open_weight,
        )
        return sharp - abs(face.yaw) / self.yaw_degrees - eyes - mouth


@dataclass(frozen=True)
class Candidate:
    """A frame that may be kept, its subject, and its goodness."""

    goodness: float
    image: RGB
    face: Face


def best_candidates(candidates: Sequence[Candidate], parts: int) -> list[Candidate]:
    """The best of each of `parts` of the candidates in order of time, the best of all first."""
    size = max(1, -(-len(candidates) // parts))
    groups = [candidates[i : i + size] for i in range(0, len(candidates), size)]
    chosen = [max(group, key=lambda one: one.goodness) for group in groups]
    return sorted(chosen, key=lambda one: -one.goodness)
