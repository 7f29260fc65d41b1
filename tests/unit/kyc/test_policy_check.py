"""A policy must fit the kinds that are registered."""

from __future__ import annotations

import pytest

from app.policy import parse
from core.policy import PolicyInvalid
from kyc.policy_check import check_policy
from tests.support.policy import POLICY, changed_policy


def test_the_policy_of_the_repository_fits() -> None:
    check_policy(POLICY)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('required = ["id_card_front"', 'required = ["passport"', "onboarding.required: passport"),
        ("attempts = { id_card_front", "attempts = { passport", "onboarding.attempts: passport"),
        (", voice_clip = 5 }", " }", "onboarding.attempts: voice_clip is missing"),
        ("{ face = 4, voice = 8 }", "{ face = 4 }", "onboarding.max_challenges: voice is missing"),
        (', biometric = "2026-11-28" }', " }", "consent.versions: biometric is missing"),
    ],
)
def test_a_kind_that_is_not_known_or_not_named_stops_the_start(
    old: str, new: str, told: str
) -> None:
    policy = changed_policy(old, new)
    with pytest.raises(PolicyInvalid, match=told):
        check_policy(policy)


def test_a_policy_that_limits_the_second_opinion_is_still_read() -> None:
    earlier = "second_below_llr = 10.0\nmax_second_distance ="
    check_policy(changed_policy("max_second_distance =", earlier))


def test_required_evidence_may_be_less() -> None:
    policy = parse(POLICY.content.replace(', "voice_clip"]', "]"))
    check_policy(policy)
