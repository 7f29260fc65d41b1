"""Which industry a licence shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.codes import section_of
from loans.declaration.rules import ConsistencyRules
from loans.policy import LoanPolicy
from loans.profile.industry import UNKNOWN, division_named, read_industry
from loans.profile.industry_rules import IN_CODE
from loans.profile.industry_words import clauses
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy).comparison.industry
FIRM, SHOP = "有限责任公司", "个体工商户"


@pytest.mark.parametrize(
    ("name", "kind", "scope", "division"),
    [
        # The name comes before the scope.
        ("样例市知夏面馆", SHOP, "道路货物运输", "62"),
        ("样例市老周汽修厂", SHOP, "汽车零配件零售", "81"),
        ("样例市小禾家庭农场", SHOP, "农业技术服务；农家乐", "01"),
        # A brand and a legal form say nothing: the scope's first item does.
        ("样例市云启实业有限公司", FIRM, "轴承制造；机械设备租赁；货物进出口", "34"),
        ("样例市云启科技有限公司", FIRM, "软件开发；技术服务；日用百货销售", "65"),
        # What is done with the same goods.
        ("样例茶叶种植专业合作社", "农民专业合作社", "茶叶种植", "01"),
        ("样例制茶厂", SHOP, "茶叶加工、销售", "15"),
        ("样例茶叶批发部", SHOP, "茶叶批发", "51"),
        ("样例茶叶店", SHOP, "茶叶零售", "52"),
        ("样例电脑维修部", SHOP, "计算机及办公设备维修；电脑配件零售", "81"),
        ("样例挖机租赁有限公司", FIRM, "机械设备租赁", "71"),
        # Goods of a trade are sold, not the trade itself.
        ("样例餐饮设备有限公司", FIRM, "厨房设备、餐饮用具批发", "51"),
        ("样例美容用品店", SHOP, "美容用品零售", "52"),
        # Services.
        ("样例宠物医院", SHOP, "动物诊疗；宠物用品零售", "82"),
        ("样例托育有限公司", FIRM, "托育服务（不含幼儿园）", "80"),
        ("样例口腔门诊部", SHOP, "口腔科；医疗器械销售", "84"),
        ("样例驾校", SHOP, "机动车驾驶员培训", "83"),
    ],
)
def test_the_main_business_decides(name: str, kind: str, scope: str, division: str) -> None:
    read = read_industry(name, kind, scope, RULES)
    assert (read.section, read.division) == (section_of(division), division)
    assert read.words


def test_nothing_is_guessed_where_nothing_tells() -> None:
    for name, scope in (("样例市志翔", ""), ("", ""), ("某某", "一般项目")):
        read = read_industry(name, SHOP, scope, RULES)
        assert (read.section, read.division, read.sure) == (UNKNOWN, UNKNOWN, False)


def test_what_ends_many_scopes_weighs_little() -> None:
    scope = "技术服务、技术开发；信息咨询服务（不含许可类信息咨询服务）；货物进出口；家具制造"
    assert read_industry("样例市云启有限公司", FIRM, scope, RULES).division == "21"


def test_a_name_against_its_scope_is_not_sure() -> None:
    assert read_industry("样例面馆", SHOP, "餐饮服务", RULES).sure
    assert not read_industry("样例云启", SHOP, "餐饮服务；家具制造；道路货物运输", RULES).sure


def test_marks_and_notes_of_a_scope_are_no_items() -> None:
    scope = (
        "许可项目：餐饮服务。（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
        "一般项目：日用百货销售；除依法须经批准的项目外，凭营业执照依法自主开展"
    )
    assert list(clauses(scope)) == ["餐饮服务", "日用百货销售"]
    assert list(clauses("蔬菜种植，水果种植")) == ["蔬菜种植", "水果种植"]


def test_a_trade_in_words_has_a_division() -> None:
    assert [division_named(one) for one in ("美发", "道路货运", "海水养殖", "中式正餐")] == [
        *("80", "54", "04", "62")
    ]
    assert division_named("某某") == UNKNOWN


@given(st.text(max_size=40), st.sampled_from([FIRM, SHOP, ""]), st.text(max_size=80))
def test_any_licence_can_be_read(name: str, kind: str, scope: str) -> None:
    read = read_industry(name, kind, scope, RULES)
    assert (read.section == UNKNOWN) == (read.division == UNKNOWN)
    if read.division != UNKNOWN:
        assert section_of(read.division) == read.section
        assert 0 < read.share <= 1
        assert abs(sum(read.sections.values()) - 1) < 1e-9


def test_policies_of_before_read_industries_as_the_code_did() -> None:
    before = POLICY.section(LoanPolicy).comparison.model_dump(exclude={"industry"})
    assert ConsistencyRules.model_validate(before).industry == IN_CODE
