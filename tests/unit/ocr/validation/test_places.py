"""Places in names, addresses and offices against the province of a code."""

from __future__ import annotations

import pytest

from ocr.validation.places import fields_of_other_provinces

COMPANY, INDIVIDUAL = "91510107MA0000001X", "92510107MA0000001X"  # of Chengdu


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (COMPANY, "杭州鑫源供应链有限公司"),
        (COMPANY, "浙江省鑫源供应链有限公司(普通合伙)"),
        (COMPANY, "西安市华睿建筑工程有限公司"),
        (INDIVIDUAL, "深圳市南山区蓝海牛肉面馆"),
        (INDIVIDUAL, "深圳南山区蓝海牛肉面馆"),
    ],
)
def test_a_name_that_begins_with_a_region_is_of_that_region(code: str, name: str) -> None:
    assert fields_of_other_provinces({"名称": name}, code) == ["名称"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (COMPANY, "成都鑫源供应链有限公司"),
        (COMPANY, "上海鑫源食品有限公司成都分公司"),
        (COMPANY, "上海鑫源食品有限公司武侯第二分公司"),
        (COMPANY, "北京鑫源便利店有限公司天府三街店"),
        (COMPANY, "北京鑫源(成都)科技有限公司"),
        (COMPANY, "南京鑫源堂成都大药房有限公司"),
        (COMPANY, "安顺达物流有限公司"),
        (COMPANY, "兰州拉面馆"),
        (INDIVIDUAL, "兰州牛肉拉面馆"),
        (INDIVIDUAL, "武侯区重庆小面馆"),
        (INDIVIDUAL, "上海故事加盟店"),
    ],
)
def test_branches_brands_and_dishes_name_no_region(code: str, name: str) -> None:
    assert fields_of_other_provinces({"名称": name}, code) == []


@pytest.mark.parametrize("label", ["住所", "登记机关"])
@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("浙江省杭州市西湖区建国大道357号", True),
        ("杭州市西湖区市场监督管理局", True),
        ("杭州西湖区建国大道357号", True),
        ("成都市武侯区天府大道1号", False),
        ("杭州路25号", False),
        ("南京东路25号3栋", False),
        ("中山市场12号", False),
        ("北京小区5栋", False),
        ("四川北路街道25号", False),
        ("上海大道路口市区店", False),
    ],
)
def test_streets_named_after_places_name_no_region(label: str, text: str, elsewhere: bool) -> None:
    assert fields_of_other_provinces({label: text}, COMPANY) == ([label] if elsewhere else [])


def test_codes_of_no_province_are_compared_with_nothing() -> None:
    assert fields_of_other_provinces({"名称": "杭州鑫源有限公司"}, "91100000MA0000001X") == []
