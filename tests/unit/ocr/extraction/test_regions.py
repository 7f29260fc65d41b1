"""Provinces of codes and places."""

from __future__ import annotations

import pytest

from ocr.extraction.regions import province_of_code, province_of_place


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
def test_the_province_of_a_place_or_none(text: str, province: str | None) -> None:
    assert province_of_place(text) == province


def test_codes_of_central_authorities_and_unknown_regions_have_no_province() -> None:
    assert province_of_code("440300") == "广东"
    assert province_of_code("100000") is None
    assert province_of_code("990000") is None
