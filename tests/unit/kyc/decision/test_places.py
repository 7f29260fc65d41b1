"""What the places on two papers have in common."""

from __future__ import annotations

import pytest

from kyc.decision.places import Tie, number_tie, places_tie, sides_differ, sides_tie


@pytest.mark.parametrize(
    ("address", "authority", "tie", "differ"),
    [
        ("湖南省长沙市岳麓区滨江路362号", "长沙市公安局岳麓分局", Tie.COUNTY, False),
        ("湖南省长沙市岳麓区滨江路362号", "长沙市公安局岳麓区分局", Tie.COUNTY, False),
        ("河北省石家庄市正定县中山路1号", "正定县公安局", Tie.COUNTY, False),
        ("江苏省昆山市玉山镇1号", "昆山市公安局", Tie.COUNTY, False),
        ("北京市朝阳区湖滨大道69号", "北京市公安局朝阳分局", Tie.COUNTY, False),
        ("四川省成都市武侯区文化大道509号", "成都市公安局高新分局", Tie.CITY, False),
        ("四川省成都市武侯区文化大道509号", "成都市公安局", Tie.CITY, False),
        ("安徽省合肥市巢湖市中山路1号", "巢湖市公安局", Tie.PROVINCE, False),  # a city until 2011
        ("云南省大理白族自治州大理市下关镇", "大理白族自治州公安局", Tie.CITY, False),
        ("上海市浦东新区学府大道531号", "上海市公安局徐汇分局", Tie.PROVINCE, False),
        ("广东省深圳市南山区1号", "广州市公安局天河分局", Tie.PROVINCE, True),
        ("广东省深圳市南山区1号", "上海市公安局徐汇分局", Tie.NOTHING, True),
        ("吉林省长春市朝阳区1号", "吉林市公安局昌邑分局", Tie.PROVINCE, True),
        ("北京市朝阳区湖滨大道69号", "朝阳市公安局", Tie.NOTHING, True),
        ("广东省深圳市南山区1号", "某局", Tie.UNKNOWN, False),
        ("", "上海市公安局", Tie.UNKNOWN, False),
    ],
)
def test_both_sides_of_a_card(address: str, authority: str, tie: Tie, differ: bool) -> None:
    assert sides_tie(address, authority) is tie
    assert sides_differ(address, authority) is differ


@pytest.mark.parametrize(
    ("licence", "tie"),
    [
        ("湖南省长沙市天心区1号", Tie.CITY),
        ("长沙市天心区1号", Tie.CITY),
        ("湖南省株洲市1号", Tie.PROVINCE),
        ("广东省深圳市南山区1号", Tie.NOTHING),
        ("", Tie.UNKNOWN),
    ],
)
def test_an_owner_and_a_shop(licence: str, tie: Tie) -> None:
    assert places_tie("湖南省长沙市岳麓区滨江路362号", licence) is tie


@pytest.mark.parametrize(
    ("number", "tie"),
    [
        ("430104195912147800", Tie.CITY),
        ("430203195912147800", Tie.PROVINCE),
        ("110101195912147800", Tie.NOTHING),
        ("990101195912147800", Tie.UNKNOWN),
        ("", Tie.UNKNOWN),
    ],
)
def test_a_number_and_an_address(number: str, tie: Tie) -> None:
    assert number_tie(number, "湖南省长沙市岳麓区滨江路362号") is tie
