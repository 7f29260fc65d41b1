"""Whether a camera films fast enough to judge what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.reasons import Reason
from kyc.face.video import Thumbnail

# What a slow camera does not show, or makes seem sudden: no fault of whoever is filmed.
UNJUDGED = frozenset({Reason.ACTION_MISSING, Reason.ACTION_NOT_ASKED, Reason.VIDEO_CUT})


@dataclass(frozen=True)
class CameraRules:
    """From the policy."""

    min_per_s: float  # pictures a second, mean over the video


@dataclass(frozen=True)
class CameraReading:
    """Reason `camera_too_slow`, and the pictures a second behind it."""

    reasons: tuple[Reason, ...]
    per_s: float  # mean over the video; 0 of fewer than two pictures

    def judged(self, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        """Of what an analysis has against a video that which pictures so rare can show."""
        return tuple(one for one in reasons if not self.reasons or one not in UNJUDGED)


def check_camera(thumbnails: Sequence[Thumbnail], rules: CameraRules) -> CameraReading:
    """How many pictures a second a video has, whose pictures are given in order of time.

    A video of fewer than two pictures is not judged: it is too short.
    """
    seconds = thumbnails[-1].at - thumbnails[0].at if thumbnails else 0.0
    if seconds <= 0:
        return CameraReading((), 0.0)
    per_s = (len(thumbnails) - 1) / seconds
    return CameraReading((Reason.CAMERA_TOO_SLOW,) if per_s < rules.min_per_s else (), per_s)
