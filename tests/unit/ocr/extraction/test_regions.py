from __future__ import annotations

from datetime import date

import pytest

from ocr.extraction.regions import province_of_code, province_of_place
from ocr.identifiers import credit_code_check_character
from ocr.validation.consistency import kind_flags


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("广东省深圳市南山区莲花街1号", "广东"),
        ("深圳市南山区莲花街1号", "广东"),
        ("深圳瑞祥商贸有限公司", "广东"),
        ("重庆市渝中区滨江路55号", "重庆"),
        ("新疆维吾尔自治区乌鲁木齐市", "新疆"),
        ("吉林市昌邑区", "吉林"),
        ("朝阳区湖滨大道69号", None),  # of Beijing, Changchun or Shantou
        ("朝阳路面馆", None),
        ("博雅信息技术有限公司", None),
        ("", None),
    ],
)
def test_a_place_tells_its_province_or_none(text: str, province: str | None) -> None:
    assert province_of_place(text) == province


def test_codes_of_central_authorities_and_unknown_regions_have_no_province() -> None:
    assert province_of_code("440300") == "广东"
    assert province_of_code("100000") is None
    assert province_of_code("990000") is None


@pytest.mark.parametrize(
    ("name", "told"), [("杭州鑫源供应链有限公司", True), ("成都鑫源供应链有限公司", False)]
)
def test_a_name_of_another_province_than_the_code_is_told(name: str, told: bool) -> None:
    first = "91510107MA0000001"
    fields = {"统一社会信用代码": first + credit_code_check_character(first), "名称": name}
    flags = kind_flags("licence", fields, None, date(2026, 11, 25))
    assert ("region_differs" in {flag.name for flag in flags}) == told
