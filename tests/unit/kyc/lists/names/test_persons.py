"""Names of persons in the writings that lists, papers and people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.lists.names.persons import read_persons, writing_of
from kyc.lists.names.sounds import spellings
from kyc.lists.names.writing import Writing
from kyc.lists.policy import ListsPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(ListsPolicy).names
CHARACTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
HAN = st.text(alphabet=CHARACTERS, min_size=2, max_size=4)


def writing(asked: str, listed: str) -> Writing | None:
    """The first writing of two texts that give one name each."""
    (one,), (other,) = read_persons(asked), read_persons(listed)
    return writing_of(one, other, RULES)


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("趙薇琳", "赵薇琳"),
        ("鍾書衞", "钟书卫"),
        ("钱　學森", "钱学森"),
        ("钱\u200b学森\ufeff", "钱学森"),
        ("钱 学 森", "钱学森"),
        ("钱学森先生", "钱学森"),
        ("钱学森（女士）", "钱学森"),
        ("法定代表人：钱学森", "钱学森"),
        ("钱学森，男，汉族", "钱学森"),
        ("艾孜买提·阿不都", "艾孜买提阿不都"),
        ("艾孜买提・阿不都", "艾孜买提‧阿不都"),
        ("艾孜买提-阿不都", "艾孜买提 阿不都"),
        ("艾孜买提.阿不都", "艾孜买提•阿不都"),
    ],
)
def test_how_a_name_is_set_makes_it_no_other(asked: str, listed: str) -> None:
    assert writing(asked, listed) is Writing.SAME


@pytest.mark.parametrize(
    ("asked", "listed", "expected"),
    [
        ("学森钱", "钱学森", Writing.ORDER),
        ("阿不都·艾孜买提", "艾孜买提·阿不都", Writing.ORDER),
        ("Qian Xuesen", "钱学森", Writing.LETTERS),
        ("XUESEN QIAN", "钱学森", Writing.LETTERS),
        ("Mr. QIAN, Xue-sen", "钱学森", Writing.LETTERS),
        ("Qián Xuésēn", "钱学森", Writing.LETTERS),
        ("qianxuesen", "钱学森", Writing.LETTERS),
        ("Shan Xiaoyun", "单晓云", Writing.LETTERS),
        ("LYU Bin", "吕斌", Writing.LETTERS),
        ("Lv Bin", "吕斌", Writing.LETTERS),
        ("Lü Bin", "吕斌", Writing.LETTERS),
        ("Ouyang Xiu", "欧阳修", Writing.LETTERS),
        ("Xiu OUYANG", "欧阳修", Writing.LETTERS),
        ("钱雪森", "钱学森", Writing.SOUND),
        ("章玮", "张伟", Writing.SOUND),
        ("陈莹莹", "程莹莹", Writing.NEAR_SOUND),
        ("刘未来", "刘末来", Writing.LOOK),
        ("王一玉", "玉一王", Writing.ORDER),
        ("刘建", "刘健国", None),
        ("刘国", "刘健国", Writing.ONE_MISSING),
        ("刘健国", "刘国", Writing.ONE_MISSING),
        ("艾孜买提", "艾孜买提·阿不都", Writing.PART),
        ("刘水国", "刘健国", Writing.ONE_CHANGED),
        ("刘水", "刘健", None),
        ("周海", "刘健国", None),
        ("麦麦提吐尔逊", "买买提·吐尔逊", Writing.SOUND),
        ("买合买提吐尔逊", "买买提·吐尔逊", Writing.ONE_MISSING),
    ],
)
def test_a_name_is_known_in_another_writing(
    asked: str, listed: str, expected: Writing | None
) -> None:
    assert writing(asked, listed) is expected


def test_former_names_in_brackets_are_names_too() -> None:
    names = read_persons("张小三（曾用名：李四海）")
    assert [name.whole for name in names] == ["张小三", "李四海"]


@pytest.mark.parametrize("text", ["", "  ", "·", "（）", "先生", "123", "\u200b"])
def test_what_is_no_name_gives_none(text: str) -> None:
    assert read_persons(text) == ()


@given(st.text(max_size=40))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for name in read_persons(text):
        assert name.whole
        assert writing_of(name, name, RULES) is Writing.SAME


@given(HAN, HAN)
def test_two_names_are_compared_alike_in_both_directions(one: str, other: str) -> None:
    for first in read_persons(one):
        for second in read_persons(other):
            assert writing_of(first, second, RULES) is writing_of(second, first, RULES)


def test_readings_of_a_name_are_bounded() -> None:
    assert len(spellings(("行" * 12,))) <= 64 * 3
