"""Whether a face in a video performed what was asked, when it was asked, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.reasons import Reason
from kyc.liveness.challenge import Action, Cue, FaceChallenge
from kyc.liveness.observation import Observation, duration_s, face_share

Signal = npt.NDArray[np.float64]  # (frames,)
Signals = Mapping[Action, Signal]

REST_STRENGTH = 0.5  # of an action: below it, the face is at rest again
BLINKS = 2  # of the action blink_twice


@dataclass(frozen=True)
class MotionRules:
    """How far an action must go to count, and what a whole video must show; from the policy."""

    turn_degrees: float
    nod_degrees: float
    mouth_open: float  # 0..1
    eyes_closed: float  # 0..1
    min_face_share: float  # of the frames
    min_face_width: float  # of the frame, median
    max_several_faces_share: float  # of the frames
    max_gap_s: float
    late_s: float  # how long after its window an action may still peak
    min_reaction_s: float  # after its cue: nobody has reacted yet
    max_step: float  # of the face between two frames at the start, in face widths
    max_missing_s: float  # of the challenge's length, at the end of the video


@dataclass(frozen=True)
class MotionReading:
    """What the video shows; `performed` has each window's action, or None where there was none."""

    reasons: tuple[Reason, ...]
    performed: tuple[Action | None, ...]
    face_share: float  # 0..1
    seconds: float


def strengths(
    observations: Sequence[Observation], rules: MotionRules, neutral_s: float
) -> dict[Action, Signal]:
    """Each action's strength in each frame, (frames,): 1.0 is just enough, 0 where no face is.

    Poses count from the median of the first `neutral_s` seconds.
    """
    start = _values(observations, "at") <= neutral_s
    yaw, pitch = _values(observations, "yaw"), _values(observations, "pitch")
    yaw, pitch = yaw - _median(yaw[start]), pitch - _median(pitch[start])
    signals = {
        Action.TURN_LEFT: yaw / rules.turn_degrees,
        Action.TURN_RIGHT: -yaw / rules.turn_degrees,
        Action.LOOK_UP: pitch / rules.nod_degrees,
        Action.LOOK_DOWN: -pitch / rules.nod_degrees,
        Action.OPEN_MOUTH: _values(observations, "mouth_open") / rules.mouth_open,
        Action.BLINK_TWICE: _values(observations, "eyes_closed") / rules.eyes_closed,
    }
    return {action: np.nan_to_num(signal) for action, signal in signals.items()}


def check_motion(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> MotionReading:
    """Compare a video's observations, in order of time, with the challenge.

    Reasons: `no_face`, `face_lost`, `several_faces`, `face_too_small`, `video_too_short`,
    `video_jumps`, `action_missing`, `action_not_asked`, `video_mirrored`; none when the video
    passes. A video is mirrored where all that was asked is performed once left is right: cameras
    save so, and a mirrored copy of another performance would pass twice as often as a copy.
    """
    share, seconds = face_share(observations), duration_s(observations)
    reasons = list(_picture_faults(observations, challenge, rules))
    if Reason.NO_FACE in reasons or Reason.VIDEO_TOO_SHORT in reasons:
        return MotionReading(tuple(reasons), (), share, seconds)
    at = _values(observations, "at")
    signals = strengths(observations, rules, challenge.cues[0].at)
    performed, faults = _performed(challenge, signals, at, rules)
    if faults:
        mirrored, others = _performed(challenge, _mirrored(signals), at, rules)
        if not others:
            performed, faults = mirrored, [Reason.VIDEO_MIRRORED]
    reasons += faults
    return MotionReading(tuple(dict.fromkeys(reasons)), tuple(performed), share, seconds)


def _performed(
    challenge: FaceChallenge, signals: Signals, at: Signal, rules: MotionRules
) -> tuple[list[Action | None], list[Reason]]:
    """What each window shows of what was asked, and what speaks against it."""
    performed: list[Action | None] = []
    faults = []
    for cue in challenge.cues:
        done = _is_performed(cue, signals[cue.action], at, rules)
        performed.append(cue.action if done else None)
        if not done:
            faults.append(Reason.ACTION_MISSING)
        if _is_another_performed(cue, signals, at, rules):
            faults.append(Reason.ACTION_NOT_ASKED)
    return performed, faults


def _mirrored(signals: Signals) -> Signals:
    left, right = signals[Action.TURN_LEFT], signals[Action.TURN_RIGHT]
    return {**signals, Action.TURN_LEFT: right, Action.TURN_RIGHT: left}


def _is_performed(cue: Cue, signal: Signal, at: Signal, rules: MotionRules) -> bool:
    """Whether the action begins in its window, after somebody could have seen its cue."""
    early = (at >= cue.at) & (at < cue.at + rules.min_reaction_s)
    if signal[early].max(initial=0.0) >= 1:
        return False
    wanted = BLINKS if cue.action == Action.BLINK_TWICE else 1
    return _count_rises(signal[_window(cue, at, rules)]) >= wanted


def _is_another_performed(cue: Cue, signals: Signals, at: Signal, rules: MotionRules) -> bool:
    """Whether another action than the one asked for fills the window; a blink never counts."""
    asked = float(signals[cue.action][_window(cue, at, rules)].max(initial=0.0))
    inner = (at >= cue.at + rules.late_s) & (at < cue.until)
    others = (
        float(signal[inner].max(initial=0.0))
        for action, signal in signals.items()
        if action not in {cue.action, Action.BLINK_TWICE}
    )
    return any(strength >= 1 and strength > asked for strength in others)


def _window(cue: Cue, at: Signal, rules: MotionRules) -> npt.NDArray[np.bool_]:
    """The frames in which the action of a cue may be performed."""
    return np.asarray((at >= cue.at) & (at < cue.until + rules.late_s))


def _count_rises(signal: Signal) -> int:
    """How often a signal rises to 1, having been under a half of it before."""
    rises, at_rest = 0, True
    for value in signal:
        if at_rest and value >= 1:
            rises, at_rest = rises + 1, False
        elif value < REST_STRENGTH:
            at_rest = True
    return rises


def _picture_faults(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> Iterator[Reason]:
    share = face_share(observations)
    if share == 0:
        yield Reason.NO_FACE
        return
    if share < rules.min_face_share:
        yield Reason.FACE_LOST
    several = sum(one.faces > 1 for one in observations)
    if several > rules.max_several_faces_share * len(observations):
        yield Reason.SEVERAL_FACES
    if float(np.nanmedian(_values(observations, "width"))) < rules.min_face_width:
        yield Reason.FACE_TOO_SMALL
    if duration_s(observations) < challenge.seconds - rules.max_missing_s:
        yield Reason.VIDEO_TOO_SHORT
    if _jumps(observations, challenge, rules):
        yield Reason.VIDEO_JUMPS


def _jumps(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> bool:
    """Whether frames are missing, or the face leaps before the first cue."""
    gaps = np.diff(_values(observations, "at"))
    leap = _largest_leap([one for one in observations if one.at <= challenge.cues[0].at])
    return bool(gaps.max(initial=0.0) > rules.max_gap_s or leap > rules.max_step)


def _largest_leap(observations: Sequence[Observation]) -> float:
    """The face's furthest move between two frames, in face widths; without a face, infinite."""
    middles = np.array([one.left + one.width / 2 for one in observations])
    widths = _values(observations, "width")
    if len(middles) < 2:
        return 0.0
    moves = np.abs(np.diff(middles)) / widths[1:]
    return float(np.nan_to_num(moves, nan=np.inf).max())


def _values(observations: Sequence[Observation], name: str) -> Signal:
    return np.array([getattr(one, name) for one in observations])


def _median(values: Signal) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else 0.0
