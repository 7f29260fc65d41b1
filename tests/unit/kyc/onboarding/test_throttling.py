"""Pauses after failures in a row: they grow, and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.onboarding.throttling import pause_s
from kyc.policy import OnboardingPolicy, PausePolicy
from tests.support.policy import POLICY

RULES = POLICY.section(OnboardingPolicy).pause
rules = st.builds(
    PausePolicy,
    failures=st.integers(1, 50),
    first_s=st.floats(0.1, 600),
    max_s=st.floats(600, 86_400),
    max_counted=st.just(50),
)


@given(st.integers(0, 10_000), rules)
def test_pauses_grow_and_are_bounded(failures: int, rules: PausePolicy) -> None:
    seconds = pause_s(failures, rules)
    assert (seconds == 0) == (failures < rules.failures)
    assert seconds <= pause_s(failures + 1, rules) <= rules.max_s


@given(rules)
def test_the_first_pause_is_as_the_policy_says_and_the_longest_is_reached(
    rules: PausePolicy,
) -> None:
    assert pause_s(rules.failures, rules) == rules.first_s
    assert pause_s(rules.failures + 1, rules) == min(2 * rules.first_s, rules.max_s)
    assert pause_s(10**9, rules) == rules.max_s


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (12, 3600), (13, 3600)]
)
def test_the_pauses_of_the_policy(failures: int, seconds: float) -> None:
    assert pause_s(failures, RULES) == seconds
