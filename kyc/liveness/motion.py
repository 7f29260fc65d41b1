"""Whether a face in a video performed what was asked, when it was asked, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

import numpy as np
import numpy.typing as npt

from core.reasons import Reason
from kyc.liveness.challenge import Action, Cue, FaceChallenge
from kyc.liveness.observation import Observation, duration_s, face_share

Signal = npt.NDArray[np.float64]  # (frames,)
Signals = dict[Action, Signal]

REST_STRENGTH = 0.5  # of an action: below it, the face is at rest again
BLINKS = 2  # of the action blink_twice


@dataclass(frozen=True)
class MotionRules:
    """How far an action must go to count, and what a whole video must show; from the policy."""

    turn_degrees: float
    nod_degrees: float
    mouth_open: float  # 0..1
    eyes_closed: float  # 0..1
    blink_s: float  # how long a blink lasts
    blink_gap_s: float  # between frames: up to it a blink is seen in its depth
    min_blink_share: float  # of `eyes_closed`, that is asked for however far frames are apart
    min_face_share: float  # of the frames
    min_face_width: float  # of the frame, median
    max_several_faces_share: float  # of the frames
    max_gap_s: float
    late_s: float  # how long after its window an action may still peak
    min_reaction_s: float  # after its cue: nobody has reacted yet
    max_speed: float  # of the face at the start, in face widths a second
    max_black_s: float  # from the start: so long there may be no face yet
    max_missing_s: float  # of the challenge's length, at the end of the video
    max_shift_s: float  # by which the video's clock may differ from the challenge's
    shift_step_s: float


@dataclass(frozen=True)
class MotionReading:
    """What the video shows; `performed` has each window's action, or None where there was none."""

    reasons: tuple[Reason, ...]
    performed: tuple[Action | None, ...]
    face_share: float  # 0..1
    seconds: float
    shift_s: float  # by which cues are later in the video than they were issued


@dataclass(frozen=True)
class _Answer:
    """What the windows show of a challenge, and what speaks against it."""

    performed: tuple[Action | None, ...]
    faults: tuple[Reason, ...]
    shift_s: float


def strengths(observations: Sequence[Observation], rules: MotionRules, neutral_s: float) -> Signals:
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

    A recorder starts sooner or later than the cues: of the shifts of time by which all that was
    asked is performed the least is taken, and of a video that fits by none, no shift.
    """
    share, seconds = face_share(observations), duration_s(observations)
    reasons = list(_picture_faults(observations, challenge, rules))
    if Reason.NO_FACE in reasons:
        return MotionReading(tuple(reasons), (), share, seconds, 0.0)
    answer = _best_answer(observations, challenge, rules)
    reasons += answer.faults
    return MotionReading(
        tuple(dict.fromkeys(reasons)), answer.performed, share, seconds, answer.shift_s
    )


def _best_answer(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> _Answer:
    """The answer without faults by the least shift, unmirrored before mirrored; else by none."""
    for mirrored in (False, True):
        for shift in _shifts(challenge, rules):
            shown = challenge.shifted(shift)
            if next(_faults(observations, shown, rules, mirrored=mirrored), None) is None:
                performed = tuple(cue.action for cue in challenge.cues)
                return _Answer(performed, (Reason.VIDEO_MIRRORED,) if mirrored else (), shift)
    faults = tuple(_faults(observations, challenge, rules, mirrored=False))
    if Reason.VIDEO_TOO_SHORT in faults:
        return _Answer((), faults, 0.0)
    return _Answer(_performed(observations, challenge, rules), faults, 0.0)


def _shifts(challenge: FaceChallenge, rules: MotionRules) -> Iterator[float]:
    """Every shift of time that is tried, the least first, in seconds.

    A shift is common to all actions: one action alone is done in time or it is not.
    """
    yield 0.0
    if len(challenge.cues) == 1:
        return
    for step in range(1, round(rules.max_shift_s / rules.shift_step_s) + 1):
        shift = round(step * rules.shift_step_s, 3)
        yield from (-shift, shift)


def _faults(
    observations: Sequence[Observation],
    challenge: FaceChallenge,
    rules: MotionRules,
    *,
    mirrored: bool,
) -> Iterator[Reason]:
    """What speaks against a video as an answer to a challenge, found one by one."""
    if duration_s(observations) < challenge.seconds - rules.max_missing_s:
        yield Reason.VIDEO_TOO_SHORT
        return
    at = _values(observations, "at")
    signals = strengths(observations, rules, _start_s(challenge))
    if mirrored:
        signals = _mirrored(signals)
    for cue in challenge.cues:
        if not _is_performed(cue, signals[cue.action], at, rules):
            yield Reason.ACTION_MISSING
        if _is_another_performed(cue, signals, at, rules):
            yield Reason.ACTION_NOT_ASKED


def _performed(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> tuple[Action | None, ...]:
    """Each window's action, or None where there was none."""
    at = _values(observations, "at")
    signals = strengths(observations, rules, _start_s(challenge))
    return tuple(
        cue.action if _is_performed(cue, signals[cue.action], at, rules) else None
        for cue in challenge.cues
    )


def _start_s(challenge: FaceChallenge) -> float:
    """Until when the face looks straight ahead; one picture is left of a start that was missed."""
    return max(challenge.cues[0].at, 0.0)


def _mirrored(signals: Signals) -> Signals:
    left, right = signals[Action.TURN_LEFT], signals[Action.TURN_RIGHT]
    return {**signals, Action.TURN_LEFT: right, Action.TURN_RIGHT: left}


def _is_performed(cue: Cue, signal: Signal, at: Signal, rules: MotionRules) -> bool:
    """Whether the action begins in its window, after somebody could have seen its cue."""
    early = (at >= cue.at) & (at < cue.at + rules.min_reaction_s)
    if signal[early].max(initial=0.0) >= 1:
        return False
    window = _window(cue, at, rules)
    if cue.action == Action.BLINK_TWICE:
        return _count_rises(signal[window], _seen_of_blinks(at, rules)[window]) >= BLINKS
    return _count_rises(signal[window], np.ones(window.sum())) >= 1


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


def _seen_of_blinks(at: Signal, rules: MotionRules) -> Signal:
    """The share of a blink's depth that is sure to be seen in each frame, (frames,), 0..1.

    Eyes close and open again evenly in `blink_s`: of two frames the nearer is at most half of the
    time between them from the deepest moment. The share is 1 for frames `blink_gap_s` apart, by
    which the threshold was set, and at least `min_blink_share`.
    """
    gaps = np.diff(at, prepend=np.nan, append=np.nan)
    widest = np.fmax(gaps[:-1], gaps[1:])
    seen = (1 - widest / rules.blink_s) / (1 - rules.blink_gap_s / rules.blink_s)
    return np.asarray(np.clip(np.nan_to_num(seen, nan=1.0), rules.min_blink_share, 1.0))


def _count_rises(signal: Signal, seen: Signal) -> int:
    """How often a signal rises to 1, having been under a half of it before.

    Where frames see a share of its depth alone, less suffices: of a rise, and of a rest between.
    """
    rises, at_rest = 0, True
    for value, share in zip(signal, seen, strict=True):
        if at_rest and value >= share:
            rises, at_rest = rises + 1, False
        elif value * share < REST_STRENGTH:
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
    if _jumps(observations, challenge, rules):
        yield Reason.VIDEO_JUMPS


def _jumps(
    observations: Sequence[Observation], challenge: FaceChallenge, rules: MotionRules
) -> bool:
    """Whether frames are missing, or the face leaps before the first cue as it was issued."""
    gaps = np.diff(_values(observations, "at"))
    start = [one for one in observations if one.at <= challenge.cues[0].at]
    speed = _top_speed(start, rules.max_black_s)
    return bool(gaps.max(initial=0.0) > rules.max_gap_s or speed > rules.max_speed)


def _top_speed(observations: Sequence[Observation], max_black_s: float) -> float:
    """The face's fastest move between two frames, face widths a second; without one, infinite.

    Phones begin a video with a black picture: frames before the first face are left out up to
    `max_black_s`, as if the recorder had begun later. What is left then must show a move.
    """
    shown = list(dropwhile(lambda one: not one.faces and one.at <= max_black_s, observations))
    if len(shown) < 2:
        return math.inf if len(shown) < len(observations) else 0.0
    middles = np.array([one.left + one.width / 2 for one in shown])
    widths, at = _values(shown, "width"), _values(shown, "at")
    speeds = np.abs(np.diff(middles)) / widths[1:] / np.diff(at)
    return float(np.nan_to_num(speeds, nan=np.inf).max())


def _values(observations: Sequence[Observation], name: str) -> Signal:
    return np.array([getattr(one, name) for one in observations])


def _median(values: Signal) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else 0.0
