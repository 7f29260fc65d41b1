"""`FaceWatcher.watch`: a face video -> what the face did, who it is, how steady, how live.

Frames are looked at sparsely, and densely where a blink was asked for, which is over in 0.2 s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kyc.face.embedding import FaceEmbedder, FaceTemplate
from kyc.face.finder import RGB, Face, FaceFinder
from kyc.face.quality import FaceQuality, face_quality
from kyc.face.video import sampled_frames
from kyc.liveness.challenge import BLINK_TWICE, FaceChallenge
from kyc.liveness.motion import MotionReading, MotionRules, Observation, check_motion
from kyc.liveness.passive import PassiveDetector


@dataclass(frozen=True)
class FaceVideoReading:
    """A watched video; `template` is None when no face was good enough to keep.

    `steadiness` is the lowest cosine between two of the best frames: one person throughout.
    `live_odds` is the median over the best frames of how live each looks by itself; `quality` is
    the best frame's.
    """

    motion: MotionReading
    template: FaceTemplate | None
    steadiness: float  # cosine, -1..1
    live_odds: float  # natural logarithm
    frames: int
    quality: FaceQuality | None


@dataclass(frozen=True)
class Candidate:
    """A frame that may be kept, its face, and how good it is to compare."""

    goodness: float
    image: RGB
    face: Face


SPARSE, DENSE = 8.0, 15.0  # frames a second


class FaceWatcher:
    """Watches face videos with engines that it is lent."""

    def __init__(
        self, finder: FaceFinder, embedder: FaceEmbedder, passive: PassiveDetector
    ) -> None:
        self._finder, self._embedder, self._passive = finder, embedder, passive

    def watch(
        self, video: bytes, challenge: FaceChallenge, rules: MotionRules, best_frames: int = 3
    ) -> FaceVideoReading:
        """Raises `kyc.face.video.UnreadableVideo` when the file is no video of a bounded size."""
        observations, best = self.observe(video, best_frames, lambda at: _rate(challenge, at))
        motion = check_motion(observations, challenge, rules)
        if not best:
            return FaceVideoReading(motion, None, 0.0, 0.0, len(observations), None)
        best.sort(key=lambda candidate: -candidate.goodness)
        views = [(candidate.image, candidate.face) for candidate in best]
        template, steadiness = self._embedder.embed_views(views)
        odds = float(np.median([self._passive.live_odds(image, face) for image, face in views]))
        quality = face_quality(*views[0])
        return FaceVideoReading(motion, template, steadiness, odds, len(observations), quality)

    def observe(
        self, video: bytes, parts: int, per_second: Callable[[float], float]
    ) -> tuple[list[Observation], list[Candidate]]:
        """Every sampled frame's observation, and the best frame of each of `parts` of the video."""
        observations: list[Observation] = []
        candidates: list[Candidate] = []
        for frame in sampled_frames(video, per_second):
            faces = self._finder.find(frame.image)
            observations.append(observe(frame.at, faces, frame.image.shape[1]))
            if faces:
                goodness = _goodness(frame.image, faces[0])
                candidates.append(Candidate(goodness, frame.image, faces[0]))
        size = max(1, -(-len(candidates) // parts))
        groups = [candidates[i : i + size] for i in range(0, len(candidates), size)]
        return observations, [max(group, key=lambda c: c.goodness) for group in groups]


def _rate(challenge: FaceChallenge, at: float) -> float:
    blinking = any(c.action == BLINK_TWICE and c.at <= at <= c.until + 0.5 for c in challenge.cues)
    return DENSE if blinking else SPARSE


def observe(at: float, faces: Sequence[Face], frame_width: int) -> Observation:
    if not faces:
        nan = float("nan")
        return Observation(at, 0, nan, nan, nan, nan, nan, nan)
    face = faces[0]
    return Observation(
        at=at,
        faces=len(faces),
        yaw=face.yaw,
        pitch=face.pitch,
        eyes_closed=face.eyes_closed,
        mouth_open=face.mouth_open,
        left=face.box[0] / frame_width,
        width=face.width / frame_width,
    )


def _goodness(image: RGB, face: Face) -> float:
    """Higher for a face that is sharp, straight and has its eyes open."""
    sharp = float(np.log1p(face_quality(image, face).sharpness))
    return sharp - abs(face.yaw) / 8 - face.eyes_closed * 2 - face.mouth_open
