"""Challenges drawn at random: their shape, how many there are, and their stored form."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.liveness.challenge import Action, FaceChallenge, draw_face_challenge
from kyc.policy import LivenessPolicy, OnboardingPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LivenessPolicy).challenge

challenges = st.builds(lambda _: draw_face_challenge(RULES), st.integers())


@given(challenges)
def test_no_action_follows_itself(challenge: FaceChallenge) -> None:
    actions = [cue.action for cue in challenge.cues]
    assert len(actions) == RULES.length
    assert all(a != b for a, b in pairwise(actions))
    assert set(actions) <= set(RULES.actions)


@given(challenges)
def test_windows_follow_each_other_after_a_neutral_start(challenge: FaceChallenge) -> None:
    assert challenge.cues[0].at == RULES.neutral_s
    assert all(a.until == b.at for a, b in pairwise(challenge.cues))
    assert challenge.seconds == challenge.cues[-1].until


@given(challenges)
def test_a_challenge_is_restored_from_how_it_is_stored(challenge: FaceChallenge) -> None:
    restored = FaceChallenge.restored(json.loads(json.dumps(asdict(challenge))))
    assert restored == challenge
    assert all(isinstance(cue.action, Action) for cue in restored.cues)


def test_an_unknown_action_is_not_restored() -> None:
    with pytest.raises(ValueError, match="somersault"):
        FaceChallenge.restored({"cues": [{"action": "somersault", "at": 1.0, "until": 2.0}]})


def test_a_stored_performance_answers_less_than_one_challenge_in_a_thousand() -> None:
    draws = POLICY.section(OnboardingPolicy).max_challenges["face"]
    assert RULES.possible == 5 * 4**5
    assert RULES.replay_odds(draws) < 1e-3
