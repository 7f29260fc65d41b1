"""Whether a face in a video did what it was asked, when it was asked, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kyc.liveness.challenge import (
    BLINK_TWICE,
    LOOK_DOWN,
    LOOK_UP,
    OPEN_MOUTH,
    TURN_LEFT,
    TURN_RIGHT,
    FaceChallenge,
)

Signal = npt.NDArray[np.float64]

LOW = 0.5  # of an action's threshold: below it, the face is at rest again


@dataclass(frozen=True)
class Observation:
    """One frame: its time, how many faces, and the applicant's pose expression (NaN if none)."""

    at: float
    faces: int
    yaw: float
    pitch: float
    eyes_closed: float
    mouth_open: float
    left: float  # of the face, in frame widths
    width: float  # of the face, in frame widths


@dataclass(frozen=True)
class MotionRules:
    """How far an action must go to count, and what a whole video must show; from the policy."""

    turn_degrees: float
    nod_degrees: float
    mouth_open: float
    eyes_closed: float
    least_face_share: float
    least_face_width: float  # of the frame
    longest_gap_s: float
    late_s: float  # how long after its window an action may still peak
    soonest_s: float  # after its cue: nobody has reacted yet
    longest_leap: float  # of the face between two frames at the start, in face widths


@dataclass(frozen=True)
class MotionReading:
    """What the video shows; `performed` has each window's action, or None where there was none."""

    reasons: tuple[str, ...]
    performed: tuple[str | None, ...]
    face_share: float
    seconds: float


def strengths(
    observations: Sequence[Observation], rules: MotionRules, neutral_s: float
) -> dict[str, Signal]:
    """Each action's strength a frame: 1.0 is just enough. Poses count from the neutral start."""
    at = np.array([o.at for o in observations])
    yaw = np.array([o.yaw for o in observations])
    pitch = np.array([o.pitch for o in observations])
    start = at <= neutral_s
    yaw, pitch = yaw - _middle(yaw[start]), pitch - _middle(pitch[start])
    mouth = np.array([o.mouth_open for o in observations])
    eyes = np.array([o.eyes_closed for o in observations])
    signals = {
        TURN_LEFT: yaw / rules.turn_degrees,
        TURN_RIGHT: -yaw / rules.turn_degrees,
        LOOK_UP: pitch / rules.nod_degrees,
        LOOK_DOWN: -pitch / rules.nod_degrees,
        OPEN_MOUTH: mouth / rules.mouth_open,
        BLINK_TWICE: eyes / rules.eyes_closed,
    }
    return {action: np.nan_to_num(signal) for action, signal in signals.items()}


def check_motion(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> MotionReading:
    """Hold a video's observations, in order of time, against the challenge.

    Reasons: `no_face`, `face_lost`, `several_faces`, `face_too_small`, `video_too_short`,
    `video_jumps`, `action_missing`, `action_not_asked`; none when the video passes.
    """
    reasons = _picture_faults(observations, challenge, rules)
    if "no_face" in reasons or "video_too_short" in reasons:
        return MotionReading(tuple(reasons), (), _face_share(observations), _seconds(observations))
    at = np.array([o.at for o in observations])
    signals = strengths(observations, rules, challenge.cues[0].at)
    performed: list[str | None] = []
    for cue in challenge.cues:
        window = (at >= cue.at) & (at < cue.until + rules.late_s)
        done = {a: float(s[window].max(initial=0.0)) for a, s in signals.items()}
        early = (at >= cue.at) & (at < cue.at + rules.soonest_s)
        if _performed(cue.action, signals[cue.action], window, early):
            performed.append(cue.action)
        else:
            performed.append(None)
            reasons.append("action_missing")
        if _unasked(done, cue.action, at, signals, cue.at + rules.late_s, cue.until):
            reasons.append("action_not_asked")
    return MotionReading(
        reasons=tuple(dict.fromkeys(reasons)),
        performed=tuple(performed),
        face_share=_face_share(observations),
        seconds=_seconds(observations),
    )


def _performed(
    action: str, signal: Signal, window: npt.NDArray[np.bool_], early: npt.NDArray[np.bool_]
) -> bool:
    """Whether an action begins in its window, after somebody could have seen its cue."""
    if signal[early].max(initial=0.0) >= 1:
        return False
    return _times(signal[window]) >= (2 if action == BLINK_TWICE else 1)


def _times(signal: Signal) -> int:
    """How often a signal rises to 1, having been under a half of it before."""
    times, low = 0, True
    for value in signal:
        if low and value >= 1:
            times, low = times + 1, False
        elif value < LOW:
            low = True
    return times


def _unasked(
    done: dict[str, float],
    asked: str,
    at: Signal,
    signals: dict[str, Signal],
    start: float,
    end: float,
) -> bool:
    """Whether another action than the asked fills the window; a blink is never held against one."""
    window = (at >= start) & (at < end)
    others = {
        action: float(signal[window].max(initial=0.0))
        for action, signal in signals.items()
        if action not in {asked, BLINK_TWICE}
    }
    return any(strength >= 1 and strength > done[asked] for strength in others.values())


def _picture_faults(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> list[str]:
    faults = []
    share = _face_share(observations)
    if not observations or share == 0:
        return ["no_face"]
    if share < rules.least_face_share:
        faults.append("face_lost")
    if sum(o.faces > 1 for o in observations) > 0.1 * len(observations):
        faults.append("several_faces")
    if float(np.nanmedian([o.width for o in observations])) < rules.least_face_width:
        faults.append("face_too_small")
    if _seconds(observations) < challenge.seconds - 0.5:
        faults.append("video_too_short")
    gaps = np.diff([o.at for o in observations])
    leaps = _leaps([o for o in observations if o.at <= challenge.cues[0].at])
    if gaps.max(initial=0.0) > rules.longest_gap_s or leaps > rules.longest_leap:
        faults.append("video_jumps")
    return faults


def _leaps(observations: Sequence[Observation]) -> float:
    """The face's furthest move between two frames, in face widths; without a face, endless."""
    places = np.array([o.left + o.width / 2 for o in observations])
    widths = np.array([o.width for o in observations])
    if len(places) < 2:
        return 0.0
    moves = np.abs(np.diff(places)) / widths[1:]
    return float(np.nan_to_num(moves, nan=np.inf).max())


def _face_share(observations: Sequence[Observation]) -> float:
    return sum(o.faces > 0 for o in observations) / max(len(observations), 1)


def _seconds(observations: Sequence[Observation]) -> float:
    return observations[-1].at - observations[0].at if observations else 0.0


def _middle(values: Signal) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else 0.0
