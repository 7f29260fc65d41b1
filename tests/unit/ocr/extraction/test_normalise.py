"""Dates, terms and capital in their normal forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.extraction.normalise import normalise

FORMAL, ORDERS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")


@pytest.mark.parametrize(
    ("name", "text", "normal"),
    [
        ("成立日期", "2020年6月4日", "2020-06-04"),
        ("成立日期", "2020年13月4日", None),
        ("营业期限", "2006年05月07日至2026年05月06日", "2006-05-07/2026-05-06"),
        ("营业期限", "2007年12月04日至不约定期限", "2007-12-04/.."),
        ("营业期限", "长期", "../.."),
        ("营业期限", "2019年07月01日至******", "2019-07-01/.."),
        ("营业期限", "某日至长期", None),
        ("成立日期", "二〇二〇年六月四日", "2020-06-04"),
        ("营业期限", "2006年05月07日至", None),
        ("有效期限", "2019.05.06-2039.05.06", "2019-05-06/2039-05-06"),
        ("注册资本", "人民币叁仟万元整", "3000000000"),
        ("注册资本", "贰仟零伍拾万元整", "2050000000"),
        ("注册资本", "1280万元人民币", "1280000000"),
        ("注册资本", "人民币100.0000万元整", "100000000"),
        ("注册资本", "贰佰万元(人民币)", "200000000"),
        ("注册资本", "壹亿元", "10000000000"),
        ("注册资本", "100万美元", None),
        ("名称", "幸福面馆", None),
    ],
)
def test_normal_forms(name: str, text: str, normal: str | None) -> None:
    assert normalise(name, text) == normal


def in_chinese(number: int) -> str:
    digits = str(number)
    parts = [
        FORMAL[int(digit)] + ORDERS[len(digits) - 1 - place] if digit != "0" else "零"
        for place, digit in enumerate(digits)
    ]
    return "".join(parts).rstrip("零")


@given(st.integers(1, 9999))
def test_every_amount_written_out_is_the_amount(number: int) -> None:
    assert normalise("注册资本", in_chinese(number) + "万元整") == str(number * 1_000_000)
