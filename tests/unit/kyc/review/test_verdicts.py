"""When verdicts settle a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasons import Reason
from kyc.onboarding.states import Decision
from kyc.policy import ReviewPolicy
from kyc.review.verdicts import is_settled
from tests.support.policy import POLICY

RULES = POLICY.section(ReviewPolicy)
YES, NO = Decision.APPROVED, Decision.DECLINED
PLAIN, FRAUD = Reason.LICENCE_EXPIRED, Reason.PHOTOCOPY
judgements = st.sampled_from([YES, NO])
rules = st.builds(
    ReviewPolicy,
    claim_min=st.just(15),
    reviewers=st.integers(2, 4),
    four_eyes=st.frozensets(st.sampled_from(Reason), max_size=4),
)


@pytest.mark.parametrize(
    ("judgement", "earlier", "reasons", "settled"),
    [
        (YES, [], [PLAIN], True),
        (NO, [], [PLAIN], True),
        (NO, [], [FRAUD], True),  # one may decline
        (YES, [], [FRAUD], False),  # approving against it takes two
        (YES, [], [PLAIN, FRAUD], False),
        (YES, [YES], [FRAUD], True),
        (NO, [YES], [FRAUD], False),  # two who differ leave it to a third
        (YES, [NO], [PLAIN], False),
        (YES, [YES, NO], [FRAUD], True),
        (NO, [YES, NO], [FRAUD], True),
    ],
)
def test_who_settles_a_case(
    judgement: Decision, earlier: list[Decision], reasons: list[str], settled: bool
) -> None:
    assert FRAUD in RULES.four_eyes
    assert PLAIN not in RULES.four_eyes
    assert is_settled(judgement, earlier, reasons, RULES) is settled


@given(st.lists(judgements, max_size=5), st.lists(st.sampled_from(Reason), max_size=3), rules)
def test_one_person_never_approves_against_fraud(
    earlier: list[Decision], reasons: list[Reason], rules: ReviewPolicy
) -> None:
    if is_settled(YES, earlier, reasons, rules) and rules.four_eyes & set(reasons):
        assert 1 + earlier.count(YES) >= rules.reviewers


@given(st.lists(judgements, min_size=1, max_size=5), judgements, rules)
def test_where_others_judged_before_as_many_must_agree_as_the_policy_says(
    earlier: list[Decision], judgement: Decision, rules: ReviewPolicy
) -> None:
    agreeing = 1 + earlier.count(judgement)
    assert is_settled(judgement, earlier, [], rules) is (agreeing >= rules.reviewers)
