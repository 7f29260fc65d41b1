from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.reasons import Reason
from kyc.liveness.challenge import Action, Cue, FaceChallenge, draw_face_challenge
from kyc.liveness.motion import check_motion
from kyc.liveness.observation import Observation
from kyc.policy import LivenessPolicy
from tests.support.policy import POLICY

LIVENESS = POLICY.section(LivenessPolicy)
POSES: dict[Action, dict[str, Any]] = {
    Action.TURN_LEFT: {"yaw": 20.0},
    Action.TURN_RIGHT: {"yaw": -20.0},
    Action.LOOK_UP: {"pitch": 20.0},
    Action.OPEN_MOUTH: {"mouth_open": 0.6},
}
CALM = Observation(0.0, 1, 0.0, 0.0, 0.0, 0.0, 0.3, 0.3)


def acted(challenge: FaceChallenge, actions: list[Action | None]) -> list[Observation]:
    """Twelve frames a second of somebody doing one action in the middle of each window."""
    frames = []
    for number in range(round(challenge.seconds * 12) + 6):
        at = number / 12
        frame = replace(CALM, at=at)
        for cue, action in zip(challenge.cues, actions, strict=True):
            middle = (cue.at + cue.until) / 2
            if action == Action.BLINK_TWICE:
                if 0.15 < abs(at - middle) < 0.35:
                    frame = replace(frame, eyes_closed=0.7)
            elif action and abs(at - middle) < 0.3:
                frame = replace(frame, **POSES[action])
        frames.append(frame)
    return frames


challenges = st.builds(lambda _: draw_face_challenge(LIVENESS.challenge), st.integers())


@given(challenges)
def test_a_face_that_does_what_is_asked_passes(challenge: FaceChallenge) -> None:
    asked = [cue.action for cue in challenge.cues]
    reading = check_motion(acted(challenge, list(asked)), challenge, LIVENESS.motion)
    assert reading.reasons == ()
    assert list(reading.performed) == asked


@given(challenges, challenges)
def test_a_clip_for_another_sequence_fails(asked: FaceChallenge, shown: FaceChallenge) -> None:
    actions = [cue.action for cue in shown.cues]
    reading = check_motion(acted(asked, list(actions)), asked, LIVENESS.motion)
    same = actions == [cue.action for cue in asked.cues]
    assert (reading.reasons == ()) == same


MIRROR = {Action.TURN_LEFT: Action.TURN_RIGHT, Action.TURN_RIGHT: Action.TURN_LEFT}


@given(challenges)
def test_a_mirrored_video_is_told_as_such(challenge: FaceChallenge) -> None:
    asked = [cue.action for cue in challenge.cues]
    shown = [MIRROR.get(action, action) for action in asked]
    reading = check_motion(acted(challenge, list(shown)), challenge, LIVENESS.motion)
    assert reading.reasons == (() if shown == asked else (Reason.VIDEO_MIRRORED,))
    assert list(reading.performed) == asked


@given(challenges)
def test_a_video_that_is_mirrored_in_part_fails(challenge: FaceChallenge) -> None:
    asked = [cue.action for cue in challenge.cues]
    turns = [place for place, action in enumerate(asked) if action in MIRROR]
    assume(len(turns) > 1)
    shown: list[Action | None] = list(asked)
    shown[turns[0]] = MIRROR[asked[turns[0]]]
    reading = check_motion(acted(challenge, shown), challenge, LIVENESS.motion)
    assert Reason.ACTION_MISSING in reading.reasons


@given(challenges, st.integers(0, 5))
def test_one_missing_action_is_enough_to_fail(challenge: FaceChallenge, missing: int) -> None:
    actions: list[Action | None] = [cue.action for cue in challenge.cues]
    actions[missing] = None
    reading = check_motion(acted(challenge, actions), challenge, LIVENESS.motion)
    assert "action_missing" in reading.reasons


def test_faces_that_are_none_or_many() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.8, 2.2),))
    frames = acted(challenge, [Action.TURN_LEFT])
    nan = math.nan
    nobody = [replace(f, faces=0, yaw=nan, pitch=nan, width=nan) for f in frames]
    assert check_motion(nobody, challenge, LIVENESS.motion).reasons == ("no_face",)
    crowd = [replace(f, faces=2) for f in frames]
    assert "several_faces" in check_motion(crowd, challenge, LIVENESS.motion).reasons
    assert check_motion([], challenge, LIVENESS.motion).reasons == ("no_face",)


def test_a_video_with_a_hole_or_too_short_is_sent_back() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.8, 2.2),))
    frames = acted(challenge, [Action.TURN_LEFT])
    assert "video_too_short" in check_motion(frames[:8], challenge, LIVENESS.motion).reasons
    holed = frames[:4] + frames[14:]
    assert "video_jumps" in check_motion(holed, challenge, LIVENESS.motion).reasons


def test_one_blink_is_not_two() -> None:
    challenge = FaceChallenge((Cue(Action.BLINK_TWICE, 0.8, 2.2),))
    frames = acted(challenge, [Action.BLINK_TWICE])
    assert check_motion(frames, challenge, LIVENESS.motion).reasons == ()
    once = [f if f.at < 1.5 else replace(f, eyes_closed=0.0) for f in frames]
    assert "action_missing" in check_motion(once, challenge, LIVENESS.motion).reasons


def test_an_action_that_comes_before_anybody_could_react_is_none() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.8, 2.2),))
    turned = [replace(f, yaw=20.0) if f.at > 0.7 else f for f in acted(challenge, [None])]
    assert "action_missing" in check_motion(turned, challenge, LIVENESS.motion).reasons


@given(challenges, st.floats(-1.0, 1.0))
def test_a_recorder_that_starts_early_or_late_is_no_fault(
    asked: FaceChallenge, shift: float
) -> None:
    frames = acted(asked.shifted(shift), [cue.action for cue in asked.cues])
    reading = check_motion(frames, asked, LIVENESS.motion)
    assert reading.reasons == ()
    assert abs(reading.shift_s) <= LIVENESS.motion.max_shift_s


@given(challenges)
def test_the_least_shift_is_taken(asked: FaceChallenge) -> None:
    frames = acted(asked, [cue.action for cue in asked.cues])
    assert check_motion(frames, asked, LIVENESS.motion).shift_s == 0.0


def test_a_shift_of_more_than_a_second_is_none() -> None:
    """Of 100 challenges: turns that alternate may look, two seconds late, like one second late."""
    chance = random.Random(1)
    accepted = 0
    for _ in range(100):
        asked = draw_face_challenge(LIVENESS.challenge, chance)
        late = asked.shifted(chance.uniform(2.0, 3.0))
        reading = check_motion(
            acted(late, [cue.action for cue in asked.cues]), asked, LIVENESS.motion
        )
        accepted += Reason.ACTION_MISSING not in reading.reasons
    assert accepted <= 1


def blinking(per_s: int, *blinks: float) -> list[Observation]:
    """Eyes that close and open evenly within a fifth of a second, at the moments given."""
    moments = [number / per_s for number in range(3 * per_s)]
    depth = [max(1 - min(abs(at - blink) for blink in blinks) / 0.1, 0.0) for at in moments]
    return [
        replace(CALM, at=at, eyes_closed=0.1 + 0.8 * deep)
        for at, deep in zip(moments, depth, strict=True)
    ]


@pytest.mark.parametrize("per_s", [8, 10, 12, 15])
def test_blinks_between_two_frames_are_seen(per_s: int) -> None:
    challenge = FaceChallenge((Cue(Action.BLINK_TWICE, 0.8, 2.4),))
    halfway = 0.5 / per_s
    blinks = [round(at * per_s) / per_s + halfway for at in (1.2, 1.8)]
    assert check_motion(blinking(per_s, *blinks), challenge, LIVENESS.motion).reasons == ()
    once = check_motion(blinking(per_s, blinks[0]), challenge, LIVENESS.motion)
    assert once.reasons == (Reason.ACTION_MISSING,)


def test_a_start_that_leaps_is_a_cut() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.8, 2.2),))
    cut = [replace(f, left=0.6) if f.at < 0.4 else f for f in acted(challenge, [Action.TURN_LEFT])]
    assert "video_jumps" in check_motion(cut, challenge, LIVENESS.motion).reasons


def faceless(frame: Observation) -> Observation:
    nan = math.nan
    return replace(frame, faces=0, yaw=nan, pitch=nan, left=nan, width=nan)


def test_a_black_picture_at_the_start_is_no_leap_and_one_later_is() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.8, 2.2),))
    first, second, *rest = acted(challenge, [Action.TURN_LEFT])
    began_black = [faceless(first), second, *rest]
    assert check_motion(began_black, challenge, LIVENESS.motion).reasons == ()
    lost = [first, faceless(second), *rest]
    assert check_motion(lost, challenge, LIVENESS.motion).reasons == (Reason.VIDEO_JUMPS,)


def test_a_start_without_a_face_for_longer_than_a_camera_meters_is_a_leap() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.8, 2.2),))
    frames = acted(challenge, [Action.TURN_LEFT])
    black_s = LIVENESS.motion.max_black_s

    def reasons(until: float) -> tuple[Reason, ...]:
        hidden = [faceless(one) if one.at <= until else one for one in frames]
        return check_motion(hidden, challenge, LIVENESS.motion).reasons

    assert reasons(black_s) == ()
    assert reasons(black_s + 0.1) == (Reason.VIDEO_JUMPS,)


def test_a_start_that_shows_one_face_after_a_black_picture_shows_no_move() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.2, 1.6),))
    first, second, third, *rest = acted(challenge, [Action.TURN_LEFT])
    assert second.at < 0.2 > third.at
    began_black = [faceless(first), faceless(second), third, *rest]
    assert check_motion(began_black, challenge, LIVENESS.motion).reasons == (Reason.VIDEO_JUMPS,)


def test_no_face_before_the_first_cue_is_a_leap() -> None:
    challenge = FaceChallenge((Cue(Action.TURN_LEFT, 0.8, 2.2),))
    frames = acted(challenge, [Action.TURN_LEFT])
    nobody = [faceless(one) if one.at <= 0.8 else one for one in frames]
    assert Reason.VIDEO_JUMPS in check_motion(nobody, challenge, LIVENESS.motion).reasons
