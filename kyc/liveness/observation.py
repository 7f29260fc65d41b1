"""What one frame of a video shows of the face, as numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from kyc.face.finder import Face


@dataclass(frozen=True)
class Observation:
    """One frame: its time, how many faces, and the subject's pose and expression (NaN of none)."""

    at: float  # s
    faces: int
    yaw: float  # degrees
    pitch: float  # degrees
    eyes_closed: float  # 0..1
    mouth_open: float  # 0..1
    left: float  # of the face, in frame widths
    width: float  # of the face, in frame widths

    @classmethod
    def of(cls, at: float, faces: Sequence[Face], frame_width: int) -> Self:
        """The observation of a frame `frame_width` px wide with these faces, the subject first."""
        if not faces:
            nan = math.nan
            return cls(at, 0, nan, nan, nan, nan, nan, nan)
        face = faces[0]
        return cls(
            at=at,
            faces=len(faces),
            yaw=face.yaw,
            pitch=face.pitch,
            eyes_closed=face.eyes_closed,
            mouth_open=face.mouth_open,
            left=face.box[0] / frame_width,
            width=face.width / frame_width,
        )

    def mirrored(self) -> Self:
        """The same with left for right."""
        return replace(self, yaw=-self.yaw, left=1 - self.left - self.width)


def face_share(observations: Sequence[Observation]) -> float:
    """The share of frames that show a face, 0..1; 0 of none."""
    return sum(one.faces > 0 for one in observations) / max(len(observations), 1)


def duration_s(observations: Sequence[Observation]) -> float:
    """Seconds from the first to the last frame; 0 of none."""
    return observations[-1].at - observations[0].at if observations else 0.0
