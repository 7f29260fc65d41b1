"""Fields in which a closed vocabulary leaves one meaning of a doubted character."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.extraction.business_types import TYPES
from ocr.extraction.closed_vocabulary import corrected
from ocr.extraction.standard_scope import ITEMS
from ocr.extraction.values import Value
from ocr.extraction.vocabulary_corrections import with_corrections
from tests.support.printed_lines import line

LEGAL = "(依法须经批准的项目,经相关部门批准后方可开展经营活动)"
CODE = "91320505MA325MMX1Q"  # of 苏州市虎丘区
SHIHE = "92411502MA70K4X00P"  # of 信阳市浉河区; the check character plays no part here


def value(text: str, doubted: str = "") -> Value:
    """A value in one line, some of its characters read without certainty."""
    read = line(text, 100, 100)
    sure = tuple(0.5 if letter in doubted else 0.99 for letter in text)
    return Value(text, (replace(read, confidences=sure),))


def mended(name: str, text: str, doubted: str = "") -> tuple[str, str | None]:
    fields = {name: value(text, doubted), "统一社会信用代码": value(CODE)}
    result = with_corrections(fields)[name]
    return result.text, result.corrected_from


@pytest.mark.parametrize(
    ("read", "doubted", "printed"),
    [
        ("建筑材料销错。", "错", "建筑材料销售。"),
        ("版装版饰批发;餐饮服务。", "版", "服装服饰批发;餐饮服务。"),
        ("餐饮服务。" + LEGAL.replace("的", "约"), "约", "餐饮服务。" + LEGAL),
        ("餐饮服务。" + LEGAL[1:-1], "", "餐饮服务。" + LEGAL),
        ("餐饮服务。" + LEGAL.replace("部门", "部)门"), "", "餐饮服务。" + LEGAL),
        ("软件开发物业管理。", "", "软件开发;物业管理。"),
    ],
)
def test_scopes_are_made_of_the_catalogues_items(read: str, doubted: str, printed: str) -> None:
    assert mended("经营范围", read, doubted) == (printed, read)


@pytest.mark.parametrize(
    ("read", "doubted", "printed"),
    [
        ("么佬", "", "仫佬"),  # the quick recogniser does not know 仫, and has no doubt
        ("维吾你", "你", "维吾尔"),
        ("仡佬", "佬", "仡佬"),
        ("上", "上", "上"),  # 土 or another: one character tells nothing
        ("维吾你", "", "维吾你"),
    ],
)
def test_nationalities_are_those_of_the_standard(read: str, doubted: str, printed: str) -> None:
    assert mended("民族", read, doubted) == (printed, read if read != printed else None)


def test_a_place_whose_rare_character_is_unknown_is_that_of_the_region() -> None:
    fields = {"住所": value("信阳市狮河区老城街道9号"), "统一社会信用代码": value(SHIHE)}
    assert with_corrections(fields)["住所"].text == "信阳市浉河区老城街道9号"


@pytest.mark.parametrize(
    ("read", "doubted"),
    [
        ("建筑材料销错。", ""),  # read with certainty: perhaps printed so
        ("建筑村枓销错。", "村枓错"),  # too little is left
        ("手工皮具定制。", "皮"),  # of no catalogue
        ("餐饮服务。" + LEGAL, "的"),
        ("餐饮服务" + LEGAL[1:-1], ""),  # a sentence that may go on from what stands before
    ],
)
def test_scopes_stay_as_they_were_read(read: str, doubted: str) -> None:
    assert mended("经营范围", read, doubted) == (read, None)


def test_a_full_stop_is_known_by_the_space_that_it_takes() -> None:
    printed = line("餐饮服务。" + LEGAL, 100, 100)
    at = printed.text.index("。")
    read = replace(
        printed,
        text=printed.text.replace("。", ""),
        places=printed.places[:at] + printed.places[at + 1 :],
        confidences=printed.confidences[1:],
    )
    scope = with_corrections({"经营范围": Value(read.text, (read,))})["经营范围"]
    assert scope.text == printed.text
    close = line(read.text, 100, 100)
    scope = with_corrections({"经营范围": Value(close.text, (close,))})["经营范围"]
    assert scope.corrected_from is None


@pytest.mark.parametrize(
    ("name", "read", "doubted", "printed"),
    [
        ("类型", "有限责任公可(自然人独资)", "可", "有限责任公司(自然人独资)"),
        ("注册资本", "捌佰捌抬万元整", "抬", "捌佰捌拾万元整"),
        ("注册资本", "100万元民币", "", "100万元人民币"),
        ("登记机关", "苏州市虎后区市场监督管理局", "后", "苏州市虎丘区市场监督管理局"),
        ("住所", "江苏省苏州市虎兵区湖滨路39号", "兵", "江苏省苏州市虎丘区湖滨路39号"),
    ],
)
def test_types_sums_and_places(name: str, read: str, doubted: str, printed: str) -> None:
    assert mended(name, read, doubted) == (printed, read)


@pytest.mark.parametrize(
    ("name", "read", "doubted"),
    [
        ("名称", "苏州市虎后区样例面馆", "后"),  # a name may be anything
        ("法定代表人", "王祥", "祥"),
        ("住所", "上海市浦东新区湖滨路39号", "浦"),  # of another region than the code's
        ("注册资本", "捌佰捌龙万元整", "龙"),  # looks like no numeral
        ("注册资本", "100万美元", ""),
    ],
)
def test_names_and_what_no_vocabulary_has_stay(name: str, read: str, doubted: str) -> None:
    assert mended(name, read, doubted) == (read, None)


def test_codes_stay() -> None:
    read = CODE.replace("M", "N")
    assert with_corrections({"统一社会信用代码": value(read, read)})["统一社会信用代码"] == value(
        read, read
    )


@given(st.sampled_from(sorted(ITEMS | set(TYPES))), st.data())
def test_what_is_corrected_is_the_one_entry_that_differs_in_doubted_characters(
    entry: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(entry) - 1))
    read = (
        entry[:at]
        + data.draw(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF))
        + entry[at + 1 :]
    )
    doubted = [0.5 if place == at else 0.99 for place in range(len(entry))]
    meant = corrected(read, doubted, ITEMS | set(TYPES))
    assert meant in (entry, None) or read in ITEMS | set(TYPES)
    assert corrected(read, [0.99] * len(entry), ITEMS | set(TYPES)) is None
