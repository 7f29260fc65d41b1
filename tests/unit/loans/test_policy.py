"""What a policy of loans may not say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from loans.policy import LoanPolicy
from tests.support.policy import POLICY, changed_policy

WAGES = 'purposes = ["payroll"]'
FORBIDDEN = '"stocks", "property"'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (WAGES, 'purposes = ["payroll", "equipment"]', "wages: equipment is lent online"),
        (WAGES, 'purposes = ["payroll", "yachts"]', "wages: yachts is no purpose"),
        (WAGES, 'purposes = ["rent"]', "payroll: no product is for it"),
        (FORBIDDEN, '"rent", "property"', "rent is a purpose too"),
    ],
)
def test_purposes_and_products_fit_together(old: str, new: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        changed_policy(old, new)


def test_a_policy_of_before_lines_is_read_and_lends_none() -> None:
    """Decisions of its time can be made again."""
    content = POLICY.content
    lines = content[content.index("[loans.line]") : content.index("[loans.pricing]")]
    policy = changed_policy(lines, "").section(LoanPolicy)
    assert policy.line is None
    with pytest.raises(ValueError, match=r"\[loans.line\] is missing"):
        _ = policy.lines


def test_what_is_our_own_is_never_used_for_credit() -> None:
    used = 'signals = { channel = "own", uses = ["purpose", "contact"]'
    with pytest.raises(ValidationError, match="may not be used for credit"):
        changed_policy(used, used.replace('["purpose", "contact"]', '["credit"]'))


def test_a_policy_of_before_comparisons_is_read_and_compares_nothing() -> None:
    """Words of industries were compared before; decisions of that time do not read them."""
    content = POLICY.content
    intents = content[content.index("[loans.intents]") : content.index("[loans.consistency]")]
    comparison = content[content.index("[loans.consistency]") : content.index("[loans.questions]")]
    words = (
        '[loans.industries]\ncatering = ["餐饮"]\n\n[loans.consistency]\n'
        'sections_of_words = { catering = "H" }\nforbidden_words = ["炒股"]\n'
        'single_owner_types = ["个体工商户"]\n\n'
    )
    policy = changed_policy(intents + comparison, words).section(LoanPolicy)
    assert (policy.consistency, policy.intents) == (None, None)
    assert policy.purposes == POLICY.section(LoanPolicy).purposes
    with pytest.raises(ValueError, match=r"\[loans.consistency\] is missing"):
        _ = policy.comparison


def test_a_policy_that_weighed_words_is_read_and_compares_nothing() -> None:
    content = POLICY.content
    begin, end = content.index("asked_share"), content.index("max_turnover_months")
    weighed = 'contradicting_score = 1.5\nfor_rent = ["rent"]\n'
    policy = changed_policy(content[begin:end], weighed).section(LoanPolicy)
    assert policy.consistency is None
