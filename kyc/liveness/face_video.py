"""`FaceVideoAnalyser`: a face video -> actions performed, identity, continuity and liveness."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from core.files import VideoLimits
from kyc.face.embedding import FaceEmbedder, FaceTemplate
from kyc.face.finder import FaceFinder
from kyc.face.occlusion import FaceCover, face_cover
from kyc.face.quality import FaceQuality, face_quality
from kyc.face.tracker import FaceTracker, TrackingRules
from kyc.face.video import Frame, Thumbnail, VideoDecoder, decode_video
from kyc.liveness.camera import CameraReading, CameraRules, check_camera
from kyc.liveness.challenge import FaceChallenge
from kyc.liveness.continuity import ContinuityReading, ContinuityRules, Sample, check_continuity
from kyc.liveness.motion import MotionReading, MotionRules, check_motion
from kyc.liveness.observation import Observation
from kyc.liveness.passive import PassiveDetector
from kyc.liveness.sampling import Candidate, SamplingRules, best_candidates


@dataclass(frozen=True)
class FaceVideoRules:
    """All rules by which a face video is analysed; from the policy."""

    limits: VideoLimits
    camera: CameraRules
    motion: MotionRules
    continuity: ContinuityRules
    tracking: TrackingRules
    sampling: SamplingRules


@dataclass(frozen=True)
class FaceVideoReading:
    """An analysed video.

    `template` and `quality` are None when no frame shows a face. `steadiness` is the lowest cosine
    between two of the best frames: high of one person throughout. `live_odds` is the median over
    the best frames of their passive liveness; `covers` are theirs; `quality` is the best frame's;
    `metadata` is what the file says about its recorder, in lower case.
    """

    camera: CameraReading
    motion: MotionReading
    continuity: ContinuityReading
    template: FaceTemplate | None
    steadiness: float  # cosine, -1..1
    live_odds: float  # natural logarithm, -6..6
    covers: tuple[FaceCover, ...]
    quality: FaceQuality | None
    metadata: str


@dataclass
class FaceTrack:
    """A face through a video, in order of time.

    One observation and one sample an analysed frame, a candidate for each that shows a face, and
    the thumbnails of all pictures.
    """

    observations: list[Observation] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    thumbnails: list[Thumbnail] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)


class FaceVideoAnalyser:
    """Analyses face videos with engines that it is given. One video at a time."""

    def __init__(
        self,
        finder: FaceFinder,
        embedder: FaceEmbedder,
        passive: PassiveDetector,
        decode: VideoDecoder = decode_video,
    ) -> None:
        """Share loaded engines with other analyses; `decode` opens the videos."""
        self._finder, self._embedder, self._passive = finder, embedder, passive
        self._decode = decode

    def analyse(
        self, video: bytes, challenge: FaceChallenge, rules: FaceVideoRules
    ) -> FaceVideoReading:
        """The reading of a video that should show a challenge.

        Raises `UnreadableFile` as `sampled_frames`.
        """
        decoded = self._decode(video, rules.sampling.plan(challenge), rules.limits)
        with closing(decoded.frames) as frames:
            track = track_face(self._finder, frames, rules)
        camera = check_camera(track.thumbnails, rules.camera)
        motion = check_motion(track.observations, challenge, rules.motion)
        continuity = check_continuity(track.samples, track.thumbnails, rules.continuity)
        metadata = decoded.metadata
        best = best_candidates(track.candidates, rules.sampling.best_frames)
        if not best:
            return FaceVideoReading(camera, motion, continuity, None, 0.0, 0.0, (), None, metadata)
        views = [(candidate.image, candidate.face) for candidate in best]
        template, steadiness = self._embedder.embed_views(views)
        odds = [self._passive.live_odds(image, face) for image, face in views]
        return FaceVideoReading(
            camera=camera,
            motion=motion,
            continuity=continuity,
            template=template,
            steadiness=steadiness,
            live_odds=float(np.median(odds)),
            covers=tuple(face_cover(image, face) for image, face in views),
            quality=face_quality(*views[0]),
            metadata=metadata,
        )


def track_face(finder: FaceFinder, frames: Iterator[Frame], rules: FaceVideoRules) -> FaceTrack:
    """The face through the frames of a video.

    Raises `UnreadableFile` as `sampled_frames`.
    """
    track, tracker = FaceTrack(), FaceTracker(finder, rules.tracking)
    for frame in frames:
        faces = tracker.track(frame.image, frame.at)
        track.observations.append(Observation.of(frame.at, faces, frame.image.shape[1]))
        landmarks = faces[0].landmarks if faces else None
        track.samples.append(Sample(frame.at, landmarks))
        track.thumbnails += frame.thumbnails
        if faces:
            goodness = rules.sampling.goodness(frame.image, faces[0])
            track.candidates.append(Candidate(goodness, frame.image, faces[0]))
    return track
