"""Whether a video was recorded in one go: no cut, no loop, no frozen picture.

A cut is a leap out of the blue: between two frames face and picture change far more than they do
just before and after. In a loop the picture comes back to what it was, through several frames that
differ among themselves. A frozen picture does not even have a camera's noise.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kyc.face.picture import Points
from kyc.face.video import Glance

Signal = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """One frame that was looked at: its time, its small copy and the face's landmarks, if any."""

    at: float
    grey: npt.NDArray[np.uint8]
    landmarks: Points | None  # (n, 2), px


@dataclass(frozen=True)
class ContinuityRules:
    """From the policy.

    `most_leap` is how many times the motion around it a change may be; `loop_share` the share of
    its own motion to which a stretch of `loop_s` seconds may come back after `loop_after_s`;
    `frozen_s` how long a picture may stay the same. Changes of less than `still_face` and
    `still_picture` are no motion.
    """

    most_leap: float
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

    reasons: tuple[str, ...]
    leap: float
    loop_share: float
    frozen_s: float


def check_continuity(
    looks: Sequence[Look], glances: Sequence[Glance], rules: ContinuityRules
) -> ContinuityReading:
    """Judge the frames looked at and the small copies of all frames, both in order of time."""
    leap = largest_leap(looks, rules)
    share = closest_loop(glances, rules)
    frozen = longest_freeze(glances, rules.frozen_change)
    faults = {
        "video_cut": leap > rules.most_leap,
        "video_looped": share < rules.loop_share,
        "video_frozen": frozen > rules.frozen_s,
    }
    reasons = tuple(reason for reason, found in faults.items() if found)
    return ContinuityReading(reasons, leap, share, frozen)


def largest_leap(looks: Sequence[Look], rules: ContinuityRules) -> float:
    """The largest change between two frames over those before and after it.

    The geometric mean of two ratios, of the landmarks' mean move and of the picture's mean change;
    where the face is lost a cut cannot be told from a person who leaves.
    """
    if len(looks) < 4:
        return 0.0
    faces = np.array([_moved(a, b) for a, b in itertools.pairwise(looks)])
    pictures = np.array([_changed(a.grey, b.grey) for a, b in itertools.pairwise(looks)])
    ratios = np.sqrt(
        _out_of_the_blue(faces, rules.still_face) * _out_of_the_blue(pictures, rules.still_picture)
    )
    return float(np.nan_to_num(ratios).max())


def closest_loop(glances: Sequence[Glance], rules: ContinuityRules) -> float:
    """How near any moving stretch comes to an earlier one, as a share of its own motion."""
    if len(glances) < 3:
        return 1.0
    at = np.array([glance.at for glance in glances])
    rows = np.stack([glance.grey.ravel() for glance in glances]).astype(np.float32)
    step = float(np.median(np.diff(at)))
    length, first = max(3, round(rules.loop_s / step)), max(3, round(rules.loop_after_s / step))
    motion = _windows(np.abs(np.diff(rows, axis=0)).mean(axis=1), length - 1)
    nearest = 1.0
    for lag in range(first, len(rows) - length + 1):
        apart = _windows(np.abs(rows[lag:] - rows[:-lag]).mean(axis=1), length)
        own = motion[: len(apart)]
        moving = own > rules.still_picture
        if moving.any():
            nearest = min(nearest, float((apart[moving] / own[moving]).min()))
    return nearest


def longest_freeze(glances: Sequence[Glance], change: float) -> float:
    """The longest time, s, in which no picture differs from the one before."""
    longest = since = 0.0
    for before, after in itertools.pairwise(glances):
        same = _changed(before.grey, after.grey) <= change
        since = since + after.at - before.at if same else 0.0
        longest = max(longest, since)
    return longest


def _out_of_the_blue(changes: Signal, still: float) -> Signal:
    around = np.fmax(changes[:-2], changes[2:])
    return np.asarray(changes[1:-1] / (around + still))


def _moved(a: Look, b: Look) -> float:
    if a.landmarks is None or b.landmarks is None:
        return float("nan")
    width = float(np.ptp(b.landmarks[:, 0]))
    return float(np.linalg.norm(a.landmarks - b.landmarks, axis=1).mean() / max(width, 1.0))


def _changed(a: npt.NDArray[np.uint8], b: npt.NDArray[np.uint8]) -> float:
    return float(np.abs(a.astype(np.int16) - b).mean())


def _windows(values: npt.NDArray[np.float32], length: int) -> npt.NDArray[np.float32]:
    """The mean of every stretch of so many values."""
    return np.convolve(values, np.ones(length, np.float32) / length, mode="valid")
