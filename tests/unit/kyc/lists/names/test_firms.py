"""Names of firms in the writings of lists, licences and people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.lists.names.firms import FirmName, read_firm, writing_of
from kyc.lists.names.writing import Writing

LISTED = "昆明云岭商贸有限公司"


def name(text: str) -> FirmName:
    """The name that a text gives."""
    read = read_firm(text)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (LISTED, Writing.SAME),
        ("昆明雲嶺商貿有限公司", Writing.SAME),
        ("昆明云岭商贸有限责任公司", Writing.SAME),
        ("昆明市云岭商贸有限公司", Writing.SAME),
        ("云南省昆明市云岭商贸有限公司", Writing.SAME),
        ("云南昆明云岭商贸有限公司", Writing.SAME),
        ("昆明市盘龙区云岭商贸有限公司", Writing.SAME),
        ("云岭商贸（昆明）有限公司", Writing.SAME),
        ("云岭(昆明)商贸有限公司", Writing.SAME),
        ("【昆明】云岭商贸 有限公司", Writing.SAME),
        ("昆明·云岭商贸有限公司。", Writing.SAME),
        ("昆明云岭商贸", Writing.SAME),
        ("昆明云岭商贸行（个体工商户）", None),
        ("云岭商贸有限公司", Writing.WITHOUT_PLACE),
        ("昆明云岭商贸有限公司官渡分公司", Writing.BRANCH),
        ("昆明云岭商贸有限公司第三营业部", Writing.BRANCH),
        ("曲靖云岭商贸有限公司", Writing.OTHER_PLACE),
        ("云岭（国际）商贸（昆明）有限公司", None),
        ("昆明云岭物流有限公司", None),
        ("昆明云领商贸有限公司", None),
    ],
)
def test_a_firm_is_known_in_another_writing(asked: str, expected: Writing | None) -> None:
    assert writing_of(name(asked), name(LISTED)) is expected


def test_a_part_in_brackets_may_stand_anywhere() -> None:
    listed = name("义乌佳禾国际商贸有限公司")
    for asked in ("佳禾国际商贸（义乌）有限公司", "义乌佳禾（国际）商贸有限公司"):
        assert writing_of(name(asked), listed) is Writing.SAME


def test_a_branch_in_brackets_is_a_branch() -> None:
    assert writing_of(name("云岭餐厅（城北店）"), name("云岭餐厅")) is Writing.BRANCH


def test_a_place_may_be_the_name() -> None:
    assert name("北京饭店").core == "饭店"
    assert name("上海有限公司").core == "上海"


@pytest.mark.parametrize("text", ["", "（）", "。"])
def test_what_is_no_name_gives_none(text: str) -> None:
    assert read_firm(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read = read_firm(text)
    assert read is None or writing_of(read, read) is Writing.SAME
