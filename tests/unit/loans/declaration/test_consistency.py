"""A declaration compared with the licence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.declaration.codes import Role, industries
from loans.declaration.consistency import (
    Consistency,
    Difference,
    Shown,
    Stated,
    compare,
)
from loans.policy import LoanPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy)
NOODLES = Shown("样例市知夏面馆", "个体工商户", "餐饮服务；食品销售（仅销售预包装食品）。")
CONSISTENT, UNCLEAR = Consistency.CONSISTENT, Consistency.UNCLEAR
CONTRADICTING = Consistency.CONTRADICTING


def stated(
    industry: str = "62",
    purpose: str = "stock_of_goods",
    text: str = "",
    role: Role = Role.OWNER,
) -> Stated:
    return Stated(role, industry, purpose, text)


@pytest.mark.parametrize(
    ("declared", "shown", "expected", "differences"),
    [
        (stated(), NOODLES, CONSISTENT, []),
        (stated(purpose="renovation"), NOODLES, CONSISTENT, []),
        (stated("51"), NOODLES, CONTRADICTING, [Difference.INDUSTRY_DIFFERS]),
        (
            stated("51"),
            Shown("知夏面馆", "个体工商户", "其他"),
            UNCLEAR,
            [Difference.INDUSTRY_DIFFERS],
        ),
        (
            stated("54"),
            Shown("知夏面馆", "个体工商户", "餐饮"),
            CONTRADICTING,
            [Difference.INDUSTRY_DIFFERS],
        ),
        # Words that any business may use say nothing (a farm, a hairdresser, a school).
        (
            stated("01"),
            Shown("小禾家庭农场", "个体工商户", "蔬菜种植与销售；农业技术服务"),
            CONSISTENT,
            [],
        ),
        # A scope lists much that is done besides.
        (
            stated("81"),
            Shown("老彭汽车修理店", "个体工商户", "汽车维修；汽车零配件零售"),
            CONSISTENT,
            [],
        ),
        (
            stated("26", "franchise_fee"),
            Shown("化工厂", "有限责任公司", ""),
            UNCLEAR,
            [Difference.PURPOSE_UNUSUAL],
        ),
        (stated(text="先炒股"), NOODLES, CONTRADICTING, [Difference.PURPOSE_TEXT_FORBIDDEN]),
        (stated(role=Role.SHAREHOLDER), NOODLES, UNCLEAR, [Difference.ROLE_UNUSUAL]),
        (
            stated(role=Role.SHAREHOLDER),
            Shown("知夏餐饮", "有限责任公司", "餐饮"),
            CONSISTENT,
            [],
        ),
        (stated(role=Role.MANAGER), NOODLES, CONSISTENT, []),
    ],
)
def test_a_declaration_against_the_licence(
    declared: Stated, shown: Shown, expected: Consistency, differences: list[Difference]
) -> None:
    found = compare(declared, shown, RULES)
    assert found.consistency is expected
    assert [one.difference for one in found.evidence] == differences


def test_the_worst_of_several_counts_and_all_are_told() -> None:
    found = compare(stated(text="炒股，买房", role=Role.PARTNER), NOODLES, RULES)
    assert found.consistency is CONTRADICTING
    assert [one.known for one in found.evidence] == ["炒股", "买房", "个体工商户"]


@given(
    st.builds(
        Stated,
        st.sampled_from(Role),
        st.sampled_from(sorted(industries().choices)),
        st.sampled_from(sorted(RULES.purposes)),
        st.text(max_size=50),
    ),
    st.builds(Shown, st.text(max_size=50), st.text(max_size=20), st.text(max_size=100)),
)
def test_any_declaration_can_be_compared(declared: Stated, shown: Shown) -> None:
    found = compare(declared, shown, RULES)
    assert (found.consistency is CONSISTENT) == (found.evidence == ())
