"""Whether a video was recorded in one go: no cut, no loop, no frozen picture.

A cut is a sudden leap: between two analysed frames face and picture change far more than the motion
just before and after makes of the time between them; phones drop pictures, and encoders repeat
them. The pictures between two analysed frames are compared too: a fast move changes each of them, a
cut changes one. In a loop the picture comes back to what it was, through several frames that differ
among themselves. A frozen picture does not even have a camera's noise.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from core.reasons import Reason
from kyc.face.picture import Points
from kyc.face.video import Thumbnail

Signal = npt.NDArray[np.float64]

MIN_CHANGES = 3  # one, and those before and after
MIN_THUMBNAILS = 3  # of a stretch, and of a video that can hold two


@dataclass(frozen=True)
class Sample:
    """One analysed frame: its time, and the face's landmarks, if any."""

    at: float  # s
    landmarks: Points | None  # (n, 2), px


@dataclass(frozen=True)
class ContinuityRules:
    """From the policy.

    `max_leap` is how many times the motion around it a change may be, for which that motion is
    drawn out to at most `max_stretch` times the time that it took, or shortened to no less than
    that time divided by it; `loop_share` the share of
    its own motion to which a stretch of `loop_s` seconds may come back after `loop_after_s`;
    `frozen_s` how long a picture may stay the same. Changes of less than `still_face` and
    `still_picture` are no motion. An encoder that repeats a picture may refine it, and change it by
    up to `refined_share` of what motion just before and just after changes.
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
    refined_share: float = 0.0


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
    """Check the analysed frames, and the thumbnails of all pictures; both in order of time."""
    pictures = shown_once(thumbnails, rules)
    shown = as_shown(samples, pictures)
    leap = largest_leap(shown, pictures, rules)
    # Pictures without a face, black ones as well, would hide a cut that lies between them.
    faces = [sample for sample in shown if sample.landmarks is not None]
    if len(faces) < len(shown):
        leap = max(leap, largest_leap(faces, _pictures_of(faces, pictures), rules))
    share = closest_loop(thumbnails, rules)
    frozen = longest_freeze(thumbnails, rules.frozen_change)
    faults = {
        Reason.VIDEO_CUT: leap > rules.max_leap,
        Reason.VIDEO_LOOPED: share < rules.loop_share,
        Reason.VIDEO_FROZEN: frozen > rules.frozen_s,
    }
    reasons = tuple(reason for reason, detected in faults.items() if detected)
    return ContinuityReading(reasons, leap, share, frozen)


def shown_once(thumbnails: Sequence[Thumbnail], rules: ContinuityRules) -> list[Thumbnail]:
    """The pictures that show something new, at the times from which they are shown.

    An encoder that has no new picture repeats the last one, once or twice, and may refine it
    meanwhile.
    """
    if not thumbnails:
        return []
    changes = _picture_changes(thumbnails)
    edged = np.pad(changes, 2, constant_values=np.inf)
    before = np.maximum(edged[:-4], edged[1:-3])
    after = np.maximum(edged[3:-1], edged[4:])
    around = np.minimum(before, after)
    around[np.isinf(around)] = 0.0  # of so few pictures none is known to be a repeat
    new = changes > np.maximum(rules.frozen_change, rules.refined_share * around)
    return [thumbnails[0], *itertools.compress(thumbnails[1:], new)]


def as_shown(samples: Sequence[Sample], pictures: Sequence[Thumbnail]) -> list[Sample]:
    """Samples at the times from which their pictures were shown, each picture once.

    What moved while a picture was repeated is seen at once in the next. No sample is earlier than
    the first picture.
    """
    times = [picture.at for picture in pictures]
    shown: dict[float, Sample] = {}
    for sample in samples:
        at = times[bisect_right(times, sample.at) - 1]
        shown.setdefault(at, replace(sample, at=at))
    return list(shown.values())


def largest_leap(
    samples: Sequence[Sample], pictures: Sequence[Thumbnail], rules: ContinuityRules
) -> float:
    """The largest change between two samples over what the motion around it explains; from 0.

    The geometric mean of two ratios, of the landmarks' mean move and of the picture's mean change;
    of the latter the larger of those between the samples' pictures and between all pictures of
    that time. The motion just before and after is taken to go on at its pace through the time
    between the two: where pictures are missing, more changes. A change to or from a picture
    without a face counts as 0: it is no cut where a person leaves. The time of each sample is that
    of one of the pictures.
    """
    if len(samples) <= MIN_CHANGES:
        return 0.0
    moves = np.array([_face_move(a, b) for a, b in itertools.pairwise(samples)])
    faces = _suddenness(moves, [sample.at for sample in samples], rules.still_face, rules)
    times = [picture.at for picture in pictures]
    places = [bisect_left(times, sample.at) for sample in samples]
    analysed = _sudden_pictures([pictures[place] for place in places], rules)
    between = np.maximum.reduceat(_sudden_pictures(pictures, rules)[: places[-1]], places[:-1])
    return float(np.nan_to_num(np.sqrt(faces * np.maximum(analysed, between))).max())


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


def _pictures_of(samples: Sequence[Sample], pictures: Sequence[Thumbnail]) -> list[Thumbnail]:
    times = {sample.at for sample in samples}
    return [picture for picture in pictures if picture.at in times]


def _sudden_pictures(pictures: Sequence[Thumbnail], rules: ContinuityRules) -> Signal:
    """Of each change from one picture to the next."""
    times = [picture.at for picture in pictures]
    return _suddenness(_picture_changes(pictures), times, rules.still_picture, rules)


def _suddenness(
    changes: Signal, times: Sequence[float], still: float, rules: ContinuityRules
) -> Signal:
    """Each change over what the larger of the motions around it makes of the same time.

    One for each change; 0 for the first and the last, which have motion on one side only. Cameras
    say times inexactly: a time counts as `max_stretch` times its neighbour's at most, and its
    neighbour's as so many times the time's own.
    """
    sudden = np.zeros(len(changes))
    if len(changes) < MIN_CHANGES:
        return sudden
    seconds = np.diff(times)
    least, most = 1 / rules.max_stretch, rules.max_stretch
    before = np.clip(seconds[1:-1] / seconds[:-2], least, most)
    after = np.clip(seconds[1:-1] / seconds[2:], least, most)
    around = np.fmax(changes[:-2] * before, changes[2:] * after)
    sudden[1:-1] = changes[1:-1] / (around + still)
    return sudden


def _face_move(a: Sample, b: Sample) -> float:
    """The mean move of the landmarks in face widths; NaN without a face."""
    if a.landmarks is None or b.landmarks is None:
        return float("nan")
    width = float(np.ptp(b.landmarks[:, 0]))
    return float(np.linalg.norm(a.landmarks - b.landmarks, axis=1).mean() / max(width, 1.0))


def _picture_change(a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8]) -> float:
    """The mean difference, grey levels."""
    return cv2.norm(a, b, cv2.NORM_L1) / a.size


def _picture_changes(thumbnails: Sequence[Thumbnail]) -> Signal:
    """From each to the next."""
    return np.array([_picture_change(a.grey, b.grey) for a, b in itertools.pairwise(thumbnails)])


def _stretch_means(values: npt.NDArray[np.float32], length: int) -> npt.NDArray[np.float32]:
    """The mean of every stretch of so many values."""
    return np.convolve(values, np.ones(length, np.float32) / length, mode="valid")
