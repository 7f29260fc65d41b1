"""Rules of engines in flat tables of the policy: every key is known, and none is missing."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from core.files import VideoLimits
from core.reasons import Reason
from kyc.liveness.challenge import Action
from kyc.liveness.motion import MotionRules
from kyc.policy import LivenessPolicy, VoicePolicy
from tests.support.policy import CONTENT

TABLES = tomllib.loads(CONTENT)


def table(name: str, **changes: Any) -> dict[str, Any]:
    return {**TABLES[name], **changes}


def test_flat_keys_become_the_engines_rules() -> None:
    liveness = LivenessPolicy.model_validate(TABLES["liveness"])
    assert liveness.motion.turn_degrees == TABLES["liveness"]["turn_degrees"]
    assert liveness.challenge.actions[0] is Action.TURN_LEFT
    limits = VideoLimits(max_bytes=1, max_seconds=1.0, max_pixels=1, max_pictures=1)
    video = liveness.video(limits)
    assert (video.motion, video.limits) == (liveness.motion, limits)
    voice = VoicePolicy.model_validate(TABLES["voice"])
    assert voice.rules.doubts == (Reason.VOICE_UNCERTAIN, Reason.RECORDING_COPIED)


def test_rules_that_are_made_already_stay_as_they_are() -> None:
    liveness = LivenessPolicy.model_validate(TABLES["liveness"])
    again = LivenessPolicy.model_validate(dict(liveness))
    assert again == liveness
    assert isinstance(again.motion, MotionRules)


@pytest.mark.parametrize(
    "changes",
    [
        {"turn_degreees": 8.0},
        {"turn_degrees": "far"},
        {"actions": ["turn_left", "somersault"]},
    ],
)
def test_a_key_or_value_that_nobody_knows_stops_the_start(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LivenessPolicy.model_validate(table("liveness", **changes))


def test_a_missing_key_is_named() -> None:
    given = table("liveness")
    del given["max_missing_s"]
    with pytest.raises(ValidationError, match="max_missing_s"):
        LivenessPolicy.model_validate(given)


def test_a_doubt_is_a_reason() -> None:
    with pytest.raises(ValidationError):
        VoicePolicy.model_validate(table("voice", doubts=["voice_uncertian"]))
