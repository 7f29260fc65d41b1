"""A declaration compared with the profile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasons import Reason
from loans.declaration.consistency import declaration_faults
from loans.policy import LoanPolicy
from loans.profile.industry import UNKNOWN
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy)
industries = st.sampled_from([*RULES.industries, UNKNOWN])


@pytest.mark.parametrize(
    ("occupation", "purpose", "industry", "faults"),
    [
        ("online_retail", "stock_of_goods", "online_retail", []),
        ("online_retail", "stocks", "online_retail", [Reason.PURPOSE_FORBIDDEN]),
        ("online_retail", "renovation", "online_retail", [Reason.PURPOSE_CONTRADICTS_PROFILE]),
        ("catering", "equipment", "online_retail", [Reason.OCCUPATION_CONTRADICTS_PROFILE]),
        (
            "catering",
            "renovation",
            "online_retail",
            [Reason.OCCUPATION_CONTRADICTS_PROFILE, Reason.PURPOSE_CONTRADICTS_PROFILE],
        ),
        ("catering", "renovation", UNKNOWN, []),
    ],
)
def test_a_declaration_against_the_profile(
    occupation: str, purpose: str, industry: str, faults: list[Reason]
) -> None:
    assert declaration_faults(occupation, purpose, industry, RULES) == faults


@given(st.sampled_from(RULES.forbidden_purposes), industries, industries)
def test_a_forbidden_purpose_is_forbidden_whatever_the_business(
    purpose: str, occupation: str, industry: str
) -> None:
    faults = declaration_faults(occupation, purpose, industry, RULES)
    assert faults == [Reason.PURPOSE_FORBIDDEN]


@given(st.sampled_from(sorted(RULES.industries)), st.sampled_from(sorted(RULES.purposes)))
def test_who_says_what_the_licence_says_may_buy_what_fits(industry: str, purpose: str) -> None:
    fitting = RULES.purposes[purpose]
    faults = declaration_faults(industry, purpose, industry, RULES)
    assert (faults == []) == (not fitting or industry in fitting)
