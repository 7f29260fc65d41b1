"""Live clips as they are, and the same cut, looped and frozen, through the test of continuity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from demo.actor import FRAMES_A_SECOND, Clip, encode
from evaluation.rates import wilson
from evaluation.report import Figures
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.liveness.continuity import check_continuity
from kyc.liveness.face_video import FaceVideoRules, track_face

SECONDS = 9
STRETCHES = 8  # of each clip
LOOP_S, FREEZE_S = 1.0, 1.0
REASONS = {"cut": "video_cut", "looped": "video_looped", "frozen": "video_frozen"}

Forgery = Callable[[Sequence[RGB], int, np.random.Generator], list[RGB]]


def evaluate_continuity(
    clips: Sequence[Clip], finder: FaceFinder, rules: FaceVideoRules
) -> Figures:
    """`continuity.alarm`: stretches of live clips told forged; `continuity.<forgery>.missed`.

    Each forgery is made once in a stretch: one cut, to somewhere else in the same clip; one second
    shown twice; one second frozen. All are encoded anew, as what a phone sends is.
    """
    chance = np.random.default_rng(5)
    told: dict[str, list[bool]] = defaultdict(list)
    for clip in clips:
        count = _count(clip.frames)
        spare = len(clip.frames) - count
        for start in _starts(spare, chance):
            reasons = _reasons(clip.frames[start : start + count], finder, rules)
            told["alarm"].append(bool(reasons))
            for name, forge in FORGERIES.items():
                forged = forge(clip.frames, start, chance)
                found = _reasons(forged[:count], finder, rules)
                told[f"{name}.missed"].append(REASONS[name] not in found)
    figures: Figures = {}
    for name, rows in told.items():
        figures |= {f"continuity.{name}": float(np.mean(rows)), f"continuity.{name}.n": len(rows)}
        figures[f"continuity.{name}.ci95"] = wilson(sum(rows), len(rows))
    return figures


def _count(frames: Sequence[RGB]) -> int:
    """How many of a clip's frames make a stretch."""
    return min(SECONDS * FRAMES_A_SECOND, len(frames))


def _starts(spare: int, chance: np.random.Generator) -> list[int]:
    if spare < FRAMES_A_SECOND:
        return [0]
    return [int(start) for start in chance.integers(0, spare, STRETCHES)]


def _reasons(frames: Sequence[RGB], finder: FaceFinder, rules: FaceVideoRules) -> tuple[str, ...]:
    sparse = rules.sampling.sparse_per_s
    track = track_face(finder, encode(list(frames)), rules, lambda _: sparse)
    return check_continuity(track.samples, track.thumbnails, rules.continuity).reasons


def _cut(frames: Sequence[RGB], start: int, chance: np.random.Generator) -> list[RGB]:
    """To another moment of the clip, at least a second away, somewhere in the middle."""
    count = _count(frames)
    at = int(chance.integers(count // 4, 3 * count // 4))
    others = [n for n in range(len(frames) - 4) if abs(n - start - at) >= FRAMES_A_SECOND]
    to = int(chance.choice(others))
    return [*frames[start : start + at], *frames[to : to + count - at]]


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
