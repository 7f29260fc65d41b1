"""Live clips as they are, and the same cut, looped and frozen, through the test of continuity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from core.reasons import Reason
from demo.actor import FRAMES_A_SECOND, Clip, encode
from evaluation.coding import PICTURES_A_SECOND, as_browsers_record
from evaluation.report import Figures
from evaluation.shares import share_figures
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.face.video import sampled_frames
from kyc.liveness.continuity import check_continuity
from kyc.liveness.face_video import FaceVideoRules, track_face

SECONDS = 9
STRETCHES = 8  # of each clip
LOOP_S, FREEZE_S = 1.0, 1.0
HIDDEN = 3  # pictures after a cut that are lost, a quarter of a second
SHOWN = (
    PICTURES_A_SECOND // FRAMES_A_SECOND
)  # times: cameras in dim rooms have no new one each time
REASONS = {
    "cut": Reason.VIDEO_CUT,
    "looped": Reason.VIDEO_LOOPED,
    "frozen": Reason.VIDEO_FROZEN,
    "cut_dropped": Reason.VIDEO_CUT,
    "cut_repeated": Reason.VIDEO_CUT,
    "cut_faded": Reason.VIDEO_CUT,
}

Frames = Sequence[RGB | None]  # twelve a second; None where the file has none
Forgery = Callable[[Sequence[RGB], int, np.random.Generator], Frames]


def evaluate_continuity(
    clips: Sequence[Clip], finder: FaceFinder, rules: FaceVideoRules
) -> Figures:
    """`continuity.alarm`: stretches of live clips taken for forged; `continuity.<forgery>.missed`.

    `continuity.alarm_vp8`: the same stretches as browsers record a camera that shows each picture
    twice. `continuity.cut_faded`: such a video, cut; the pictures from one that is analysed before
    the cut to the next after it are faded into each other.

    Each forgery is made once in a stretch: one cut, to somewhere else in the same clip; one second
    shown twice; one second frozen; a cut after which pictures are lost, or the last one before it
    stays instead. All are encoded anew, as what a phone sends is.
    """
    chance, hidden_chance = np.random.default_rng(5), np.random.default_rng(6)
    fading_chance = np.random.default_rng(7)
    cases: dict[str, list[bool]] = defaultdict(list)
    for clip in clips:
        count = _count(clip.frames)
        spare = len(clip.frames) - count
        for start in _starts(spare, chance):
            live = clip.frames[start : start + count]
            cases["alarm"].append(bool(_reasons(live, finder, rules)))
            twice = as_browsers_record(_each_shown_twice(live))
            cases["alarm_vp8"].append(bool(_reasons_of(twice, finder, rules)))
            forged = {
                **{name: forge(clip.frames, start, chance) for name, forge in FORGERIES.items()},
                **{name: hide(clip.frames, start, hidden_chance) for name, hide in HIDINGS.items()},
            }
            reasons = {
                name: _reasons(frames[:count], finder, rules) for name, frames in forged.items()
            }
            faded = _cut_faded(clip.frames, start, fading_chance, rules.sampling.sparse_per_s)
            reasons["cut_faded"] = _reasons_of(as_browsers_record(faded), finder, rules)
            for name, found in reasons.items():
                cases[f"{name}.missed"].append(REASONS[name] not in found)
    figures: Figures = {}
    for name, rows in cases.items():
        figures |= share_figures(f"continuity.{name}", rows)
    return figures


def _count(frames: Sequence[RGB]) -> int:
    """How many of a clip's frames make a stretch."""
    return min(SECONDS * FRAMES_A_SECOND, len(frames))


def _starts(spare: int, chance: np.random.Generator) -> list[int]:
    if spare < FRAMES_A_SECOND:
        return [0]
    return [int(start) for start in chance.integers(0, spare, STRETCHES)]


def _reasons(frames: Frames, finder: FaceFinder, rules: FaceVideoRules) -> tuple[str, ...]:
    filmed = [(tick, frame) for tick, frame in enumerate(frames) if frame is not None]
    ticks, pictures = zip(*filmed, strict=True)
    return _reasons_of(encode(pictures, ticks=ticks), finder, rules)


def _reasons_of(video: bytes, finder: FaceFinder, rules: FaceVideoRules) -> tuple[str, ...]:
    sparse = rules.sampling.sparse_per_s
    decoded = sampled_frames(video, lambda _: sparse, rules.limits)
    track = track_face(finder, decoded, rules)
    return check_continuity(track.samples, track.thumbnails, rules.continuity).reasons


def _cut(frames: Sequence[RGB], start: int, chance: np.random.Generator) -> list[RGB]:
    """To another moment of the clip, at least a second away, somewhere in the middle."""
    before, after = _parts(frames, start, chance)
    return [*before, *after]


def _cut_dropped(
    frames: Sequence[RGB], start: int, chance: np.random.Generator
) -> list[RGB | None]:
    """A cut in a time of which the file has no pictures."""
    before, after = _parts(frames, start, chance)
    return [*before, *[None] * HIDDEN, *after[HIDDEN:]]


def _cut_repeated(frames: Sequence[RGB], start: int, chance: np.random.Generator) -> list[RGB]:
    """A cut in a time in which the picture stays."""
    before, after = _parts(frames, start, chance)
    return [*before, *[before[-1]] * HIDDEN, *after[HIDDEN:]]


def _cut_faded(
    frames: Sequence[RGB], start: int, chance: np.random.Generator, analysed_per_s: float
) -> list[RGB]:
    """24 pictures a second, cut; what is not analysed next to the cut shows a share of both."""
    before, after = _parts(frames, start, chance)
    pictures = _each_shown_twice([*before, *after])
    step = round(PICTURES_A_SECOND / analysed_per_s)
    first = (SHOWN * len(before) - 1) // step * step
    one, other = pictures[first], pictures[first + step]
    for number in range(1, step):
        share = number / step
        pictures[first + number] = cv2.addWeighted(one, 1 - share, other, share, 0)
    return pictures


def _each_shown_twice(frames: Sequence[RGB]) -> list[RGB]:
    return [frame for frame in frames for _ in range(SHOWN)]


def _parts(
    frames: Sequence[RGB], start: int, chance: np.random.Generator
) -> tuple[Sequence[RGB], Sequence[RGB]]:
    """What is before and after a cut of a stretch."""
    count = _count(frames)
    at = int(chance.integers(count // 4, 3 * count // 4))
    others = [n for n in range(len(frames) - 4) if abs(n - start - at) >= FRAMES_A_SECOND]
    to = int(chance.choice(others))
    return frames[start : start + at], frames[to : to + count - at]


def _looped(frames: Sequence[RGB], start: int, chance: np.random.Generator) -> list[RGB]:
    count = _count(frames)
    length = round(LOOP_S * FRAMES_A_SECOND)
    at = start + int(chance.integers(length, count - length))
    return [*frames[start:at], *frames[at - length : start + count]]


def _frozen(frames: Sequence[RGB], start: int, chance: np.random.Generator) -> list[RGB]:
    count = _count(frames)
    length = round(FREEZE_S * FRAMES_A_SECOND)
    at = start + int(chance.integers(1, count - length))
    return [*frames[start:at], *[frames[at]] * length, *frames[at:]]


FORGERIES: dict[str, Forgery] = {"cut": _cut, "looped": _looped, "frozen": _frozen}
HIDINGS: dict[str, Forgery] = {"cut_dropped": _cut_dropped, "cut_repeated": _cut_repeated}
