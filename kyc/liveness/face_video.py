"""`FaceWatcher.watch`: a face video -> what the face did, who it is, how whole, how live.

Frames are looked at sparsely, and densely where a blink was asked for, which is over in 0.2 s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kyc.face.embedding import FaceEmbedder, FaceTemplate
from kyc.face.finder import Face, FaceFinder
from kyc.face.occlusion import FaceCover, face_cover
from kyc.face.picture import RGB
from kyc.face.quality import FaceQuality, face_quality
from kyc.face.tracker import FaceTracker
from kyc.face.video import Glance, sampled_frames, written_by
from kyc.liveness.challenge import BLINK_TWICE, FaceChallenge
from kyc.liveness.continuity import ContinuityReading, ContinuityRules, Look, check_continuity
from kyc.liveness.motion import MotionReading, MotionRules, Observation, check_motion
from kyc.liveness.passive import PassiveDetector


@dataclass(frozen=True)
class FaceVideoReading:
    """A watched video; `template` is None when no face was good enough to keep.

    `steadiness` is the lowest cosine between two of the best frames: one person throughout.
    `live_odds` is the median over the best frames of how live each looks by itself; `covers` are
    theirs; `quality` is the best frame's; `written_by` what the file says about its recorder.
    """

    motion: MotionReading
    continuity: ContinuityReading
    template: FaceTemplate | None
    steadiness: float  # cosine, -1..1
    live_odds: float  # natural logarithm
    covers: tuple[FaceCover, ...]
    quality: FaceQuality | None
    written_by: str


@dataclass(frozen=True)
class Candidate:
    """A frame that may be kept, its face, and how good it is to compare."""

    goodness: float
    image: RGB
    face: Face


@dataclass
class Watched:
    """What was seen of a video, in order of time."""

    observations: list[Observation] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    glances: list[Glance] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    def best(self, parts: int) -> list[Candidate]:
        """The best frame of each of `parts` of the video, the best of all first."""
        size = max(1, -(-len(self.candidates) // parts))
        groups = [self.candidates[i : i + size] for i in range(0, len(self.candidates), size)]
        chosen = [max(group, key=lambda one: one.goodness) for group in groups]
        return sorted(chosen, key=lambda one: -one.goodness)


SPARSE, DENSE = 8.0, 15.0  # frames a second


class FaceWatcher:
    """Watches face videos with engines that it is lent."""

    def __init__(
        self, finder: FaceFinder, embedder: FaceEmbedder, passive: PassiveDetector
    ) -> None:
        self._finder, self._embedder, self._passive = finder, embedder, passive

    def watch(
        self,
        video: bytes,
        challenge: FaceChallenge,
        motion_rules: MotionRules,
        continuity_rules: ContinuityRules,
        best_frames: int = 3,
    ) -> FaceVideoReading:
        """Raises `kyc.face.video.UnreadableVideo` when the file is no video of a bounded size."""
        watched = watch_frames(self._finder, video, lambda at: _rate(challenge, at))
        motion = check_motion(watched.observations, challenge, motion_rules)
        continuity = check_continuity(watched.looks, watched.glances, continuity_rules)
        recorder = written_by(video)
        views = [(candidate.image, candidate.face) for candidate in watched.best(best_frames)]
        if not views:
            return FaceVideoReading(motion, continuity, None, 0.0, 0.0, (), None, recorder)
        template, steadiness = self._embedder.embed_views(views)
        odds = [self._passive.live_odds(image, face) for image, face in views]
        return FaceVideoReading(
            motion=motion,
            continuity=continuity,
            template=template,
            steadiness=steadiness,
            live_odds=float(np.median(odds)),
            covers=tuple(face_cover(image, face) for image, face in views),
            quality=face_quality(*views[0]),
            written_by=recorder,
        )


def watch_frames(finder: FaceFinder, video: bytes, per_second: Callable[[float], float]) -> Watched:
    """Look at as many frames a second as `per_second` wants at a time."""
    seen, tracker = Watched(), FaceTracker(finder)
    for frame in sampled_frames(video, per_second):
        faces = tracker.look(frame.image, frame.at)
        seen.observations.append(observe(frame.at, faces, frame.image.shape[1]))
        marks = faces[0].landmarks if faces else None
        seen.looks.append(Look(frame.at, frame.glances[-1].grey, marks))
        seen.glances += frame.glances
        if faces:
            goodness = _goodness(frame.image, faces[0])
            seen.candidates.append(Candidate(goodness, frame.image, faces[0]))
    return seen


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
