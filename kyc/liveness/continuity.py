"""Whether a video was recorded in one go: no cut, no loop, no frozen picture.

A cut is a sudden leap: between two frames face and picture change far more than the motion just
before and after makes of the time between them; phones drop frames, and encoders repeat them. In
a loop the picture comes back to what it was, through several frames that differ among themselves. A
frozen picture does not even have a camera's noise.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from core.reasons import Reason
from kyc.face.picture import Points
from kyc.face.video import Thumbnail

Signal = npt.NDArray[np.float64]

MIN_SAMPLES = 4  # a change between two, and the changes before and after
MIN_THUMBNAILS = 3  # of a stretch, and of a video that can hold two


@dataclass(frozen=True)
class Sample:
    """One analysed frame: its time, its small grey copy and the face's landmarks, if any."""

    at: float  # s
    grey: npt.NDArray[np.uint8]  # (24, 32)
    landmarks: Points | None  # (n, 2), px


@dataclass(frozen=True)
class ContinuityRules:
    """From the policy.

    `max_leap` is how many times the motion around it a change may be, for which that motion is
    drawn out to at most `max_stretch` times the time that it took; `loop_share` the share of
    its own motion to which a stretch of `loop_s` seconds may come back after `loop_after_s`;
    `frozen_s` how long a picture may stay the same. Changes of less than `still_face` and
    `still_picture` are no motion.
    """

    max_leap: float
    max_stretch: float
    loop_s: float
    loop_after_s: float
    loop_share: float
    frozen_s: float
    frozen_change: float  # grey levels, mean
    still_face: float  # face widths
    still_picture: float  # grey levels, mean


@dataclass(frozen=True)
class ContinuityReading:
    """Reasons `video_cut`, `video_looped`, `video_frozen`, and the measures behind them."""

    reasons: tuple[Reason, ...]
    leap: float  # ratio, from 0
    loop_share: float  # from 0; 1 where nothing comes back
    frozen_s: float


def check_continuity(
    samples: Sequence[Sample], thumbnails: Sequence[Thumbnail], rules: ContinuityRules
) -> ContinuityReading:
    """Check the analysed frames and the thumbnails of all pictures, both in order of time."""
    shown = as_shown(samples, thumbnails, rules.frozen_change)
    # Pictures without a face, black ones as well, would hide a cut that lies between them.
    faces = [sample for sample in shown if sample.landmarks is not None]
    leap = max(largest_leap(shown, rules), largest_leap(faces, rules))
    share = closest_loop(thumbnails, rules)
    frozen = longest_freeze(thumbnails, rules.frozen_change)
    faults = {
        Reason.VIDEO_CUT: leap > rules.max_leap,
        Reason.VIDEO_LOOPED: share < rules.loop_share,
        Reason.VIDEO_FROZEN: frozen > rules.frozen_s,
    }
    reasons = tuple(reason for reason, detected in faults.items() if detected)
    return ContinuityReading(reasons, leap, share, frozen)


def as_shown(
    samples: Sequence[Sample], thumbnails: Sequence[Thumbnail], change: float
) -> list[Sample]:
    """Samples at the times from which their pictures were shown, each picture once.

    An encoder that has no new picture repeats the last one: what moved meanwhile is seen at once in
    the next. Pictures that differ by at most `change` (mean, grey levels) are the same.
    """
    first_shown: dict[float, float] = {}
    last, since = None, 0.0
    for thumbnail in thumbnails:
        if last is None or _picture_change(last, thumbnail.grey) > change:
            since = thumbnail.at
        first_shown[thumbnail.at] = since
        last = thumbnail.grey
    shown: dict[float, Sample] = {}
    for sample in samples:
        at = first_shown.get(sample.at, sample.at)
        shown.setdefault(at, replace(sample, at=at))
    return list(shown.values())


def largest_leap(samples: Sequence[Sample], rules: ContinuityRules) -> float:
    """The largest change between two frames over what the motion around it explains; from 0.

    The geometric mean of two ratios, of the landmarks' mean move and of the picture's mean change.
    The motion just before and after is taken to go on at its pace through the time between the two
    frames: where frames are missing, more changes. A change to or from a picture without a face
    counts as 0: it is no cut where a person leaves.
    """
    if len(samples) < MIN_SAMPLES:
        return 0.0
    pairs = list(itertools.pairwise(samples))
    faces = np.array([_face_move(a, b) for a, b in pairs])
    pictures = np.array([_picture_change(a.grey, b.grey) for a, b in pairs])
    seconds = np.array([b.at - a.at for a, b in pairs])
    around = _Surroundings(seconds, rules.max_stretch)
    ratios = np.sqrt(
        around.suddenness(faces, rules.still_face)
        * around.suddenness(pictures, rules.still_picture)
    )
    return float(np.nan_to_num(ratios).max())


def closest_loop(thumbnails: Sequence[Thumbnail], rules: ContinuityRules) -> float:
    """How near any moving stretch comes to an earlier one, as a share of its own motion, 0..1."""
    if len(thumbnails) < MIN_THUMBNAILS:
        return 1.0
    rows = np.stack([one.grey.ravel() for one in thumbnails]).astype(np.float32)
    step = float(np.median(np.diff(np.array([one.at for one in thumbnails]))))
    length = max(MIN_THUMBNAILS, round(rules.loop_s / step))
    first = max(MIN_THUMBNAILS, round(rules.loop_after_s / step))
    motion = _stretch_means(np.abs(np.diff(rows, axis=0)).mean(axis=1), length - 1)
    nearest = 1.0
    for lag in range(first, len(rows) - length + 1):
        apart = _stretch_means(np.abs(rows[lag:] - rows[:-lag]).mean(axis=1), length)
        own = motion[: len(apart)]
        moving = own > rules.still_picture
        if moving.any():
            nearest = min(nearest, float((apart[moving] / own[moving]).min()))
    return nearest


def longest_freeze(thumbnails: Sequence[Thumbnail], change: float) -> float:
    """The longest time, s, in which no picture differs from the one before by more than `change`.

    `change` is the mean over pixels, in grey levels.
    """
    longest = since = 0.0
    for before, after in itertools.pairwise(thumbnails):
        same = _picture_change(before.grey, after.grey) <= change
        since = since + after.at - before.at if same else 0.0
        longest = max(longest, since)
    return longest


class _Surroundings:
    """How many times its neighbours' time each change took, but for the first and last."""

    def __init__(self, seconds: Signal, max_stretch: float) -> None:
        own = seconds[1:-1]
        self._before = np.minimum(own / seconds[:-2], max_stretch)
        self._after = np.minimum(own / seconds[2:], max_stretch)

    def suddenness(self, changes: Signal, still: float) -> Signal:
        """Each change over what the larger of the motions around it makes of the same time."""
        around = np.fmax(changes[:-2] * self._before, changes[2:] * self._after)
        return np.asarray(changes[1:-1] / (around + still))


def _face_move(a: Sample, b: Sample) -> float:
    """The mean move of the landmarks in face widths; NaN without a face."""
    if a.landmarks is None or b.landmarks is None:
        return float("nan")
    width = float(np.ptp(b.landmarks[:, 0]))
    return float(np.linalg.norm(a.landmarks - b.landmarks, axis=1).mean() / max(width, 1.0))


def _picture_change(a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8]) -> float:
    """The mean difference, grey levels."""
    return cv2.norm(a, b, cv2.NORM_L1) / a.size


def _stretch_means(values: npt.NDArray[np.float32], length: int) -> npt.NDArray[np.float32]:
    """The mean of every stretch of so many values."""
    return np.convolve(values, np.ones(length, np.float32) / length, mode="valid")
