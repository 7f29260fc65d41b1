from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy import load
from app.settings import ROOT
from core.files import VideoLimits
from demo.actor import FRAMES_A_SECOND, Clip, ClipActor, encode
from demo.performance import Unplayable
from kyc.face.video import sampled_frames
from kyc.liveness.challenge import Action, FaceChallenge, draw_face_challenge
from kyc.liveness.motion import check_motion
from kyc.liveness.observation import Observation
from kyc.policy import LivenessPolicy

LIVENESS = load(ROOT / "policy").section(LivenessPolicy)
CALM = Observation(0.0, 1, 0.0, 0.0, 0.0, 0.0, 0.3, 0.3)
ACTS: tuple[dict[str, Any], ...] = (
    {"yaw": 16.0},
    {"yaw": -16.0},
    {"pitch": 14.0},
    {"mouth_open": 0.6},
    {"eyes_closed": 0.8},
)
PAUSE, HELD = 30, 4  # frames
BLACK = np.zeros((8, 8, 3), np.uint8)


def clip_of(*acts: dict[str, Any], looks_up: float = 0.0) -> Clip:
    """A face that does one thing after the other, and looks up a little all the while."""
    seen: list[Observation] = []
    for act in acts:
        calm = [replace(CALM, pitch=looks_up)] * PAUSE
        done = {name: value + looks_up * (name == "pitch") for name, value in act.items()}
        seen += [*calm, *[replace(calm[0], **done)] * HELD, *calm]
    timed = [replace(one, at=n / FRAMES_A_SECOND) for n, one in enumerate(seen)]
    return Clip((BLACK,) * len(timed), tuple(timed))


challenges = st.builds(lambda _: draw_face_challenge(LIVENESS.challenge), st.integers())


@given(challenges, st.floats(-5, 5))
@settings(deadline=None)
def test_a_performance_does_what_is_asked(asked: FaceChallenge, looks_up: float) -> None:
    clip = clip_of(*ACTS, looks_up=looks_up)
    order = ClipActor(clip, LIVENESS.motion, 1).perform(asked)
    seen = [replace(clip.observations[i], at=n / FRAMES_A_SECOND) for n, i in enumerate(order)]
    assert check_motion(seen, asked, LIVENESS.motion).reasons == ()


@pytest.mark.parametrize("ticks", [None, [0, 1, 4, 5, 9]])
def test_pictures_are_encoded_at_their_times(ticks: list[int] | None) -> None:
    pictures = [np.full((32, 32, 3), 40 * number, np.uint8) for number in range(5)]
    limits = VideoLimits(2**20, max_seconds=2.0, max_pixels=2**20, max_pictures=9)
    decoded = sampled_frames(encode(pictures, ticks=ticks), lambda _: 1000.0, limits)
    times = [tick / FRAMES_A_SECOND for tick in ticks or range(5)]
    assert [one.at for one in decoded] == pytest.approx(times)


@given(challenges)
@settings(deadline=None)
def test_what_a_clip_does_not_show_is_not_played(asked: FaceChallenge) -> None:
    clip = clip_of(*ACTS[1:])
    actor = ClipActor(clip, LIVENESS.motion, 1)
    assert not actor.shows(Action.TURN_LEFT, 1.8)
    if Action.TURN_LEFT in [cue.action for cue in asked.cues]:
        with pytest.raises(Unplayable):
            actor.perform(asked)
