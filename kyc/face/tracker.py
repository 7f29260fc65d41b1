"""A face followed through the frames of a video.

As in MediaPipe's video mode, a face is located where it was before. The region is the detector's,
moved along with the landmarks, not one drawn around them: all frames are measured in one view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from kyc.face.finder import DetectedFace, Face, FaceFinder
from kyc.face.picture import RGB, FaceRegion


@dataclass(frozen=True)
class TrackingRules:
    """From the policy: when faces are detected again instead of followed.

    Within `follow_s` after a detection a second face may go unnoticed; beyond `max_step` between
    two frames a face may be another, after a cut.
    """

    follow_s: float
    max_step: float  # face widths


@dataclass(frozen=True)
class _Track:
    """A face that was detected alone at a time, and the region to locate it in next."""

    detected: DetectedFace
    at: float
    region: FaceRegion

    def after(self, face: Face, max_step: float) -> _Track | None:
        """The track on from where the face is now; None where that is too far from where it was."""
        x, y = (face.landmarks.mean(0) - self.detected.face.landmarks.mean(0)).tolist()
        region = self.detected.region.shifted(x, y)
        if math.dist(region.centre, self.region.centre) > max_step * face.width:
            return None
        return replace(self, region=region)


class FaceTracker:
    """Tracks the faces of one video, whose frames it is given in order of time."""

    def __init__(self, finder: FaceFinder, rules: TrackingRules) -> None:
        """Start a new video; `finder` may be shared."""
        self._finder, self._rules = finder, rules
        self._track: _Track | None = None

    def track(self, image: RGB, at: float) -> tuple[Face, ...]:
        """Faces of an RGB picture uint8 (height, width, 3) at a time in seconds, the subject first.

        A face that was detected alone is followed for `follow_s`. After that, where it is lost or
        moved by more than `max_step`, and where there were several or none, faces are detected
        again.
        """
        followed = self._follow(image, at)
        if followed is not None:
            return (followed,)
        detected = self._finder.detect(image)
        alone = len(detected) == 1
        self._track = _Track(detected[0], at, detected[0].region) if alone else None
        return tuple(one.face for one in detected)

    def _follow(self, image: RGB, at: float) -> Face | None:
        if self._track is None or at - self._track.at > self._rules.follow_s:
            return None
        face = self._finder.locate(image, self._track.region)
        self._track = None if face is None else self._track.after(face, self._rules.max_step)
        return None if self._track is None else face
