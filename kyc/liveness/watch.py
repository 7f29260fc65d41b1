"""`FaceWatcher.watch`: a face video -> what the face did, who it is, how steady that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from kyc.face.embedding import FaceEmbedder, FaceTemplate, align
from kyc.face.finder import RGB, Face, FaceFinder
from kyc.face.video import sampled_frames
from kyc.liveness.challenge import FaceChallenge
from kyc.liveness.motion import MotionReading, MotionRules, Observation, check_motion


@dataclass(frozen=True)
class FaceVideoReading:
    """A watched video; `template` is None when no face was good enough to keep.

    `steadiness` is the lowest cosine between two of the best frames: one person throughout.
    """

    motion: MotionReading
    template: FaceTemplate | None
    steadiness: float  # cosine, -1..1
    frames: int


@dataclass(frozen=True)
class _Candidate:
    goodness: float
    image: RGB
    face: Face


class FaceWatcher:
    """Watches face videos with a finder and an embedder that it is lent."""

    def __init__(self, finder: FaceFinder, embedder: FaceEmbedder, per_second: float = 12) -> None:
        self._finder, self._embedder, self._per_second = finder, embedder, per_second

    def watch(
        self, video: bytes, challenge: FaceChallenge, rules: MotionRules, best_frames: int = 3
    ) -> FaceVideoReading:
        """Raises `kyc.face.video.UnreadableVideo` when the file is no video of a bounded size."""
        observations, best = self.observe(video, parts=best_frames)
        motion = check_motion(observations, challenge, rules)
        if not best:
            return FaceVideoReading(motion, None, 0.0, len(observations))
        best.sort(key=lambda candidate: -candidate.goodness)
        views = [(candidate.image, candidate.face) for candidate in best]
        template, steadiness = self._embedder.embed_views(views)
        return FaceVideoReading(motion, template, steadiness, len(observations))

    def observe(self, video: bytes, parts: int) -> tuple[list[Observation], list[_Candidate]]:
        """Every sampled frame's observation, and the best frame of each of `parts` of the video."""
        observations: list[Observation] = []
        candidates: list[_Candidate] = []
        for frame in sampled_frames(video, self._per_second):
            faces = self._finder.find(frame.image)
            observations.append(observe(frame.at, faces, frame.image.shape[1]))
            if faces:
                candidates.append(
                    _Candidate(_goodness(frame.image, faces[0]), frame.image, faces[0])
                )
        size = max(1, -(-len(candidates) // parts))
        groups = [candidates[i : i + size] for i in range(0, len(candidates), size)]
        return observations, [max(group, key=lambda c: c.goodness) for group in groups]


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
    grey = cv2.cvtColor(align(image, face), cv2.COLOR_RGB2GRAY)
    sharp = float(np.log1p(cv2.Laplacian(grey, cv2.CV_64F).var()))
    return sharp - abs(face.yaw) / 8 - face.eyes_closed * 2 - face.mouth_open
