"""The tables of official codes."""

from __future__ import annotations

from string import ascii_uppercase

import pytest

from loans.codes import Classification, industries, occupations, section_of
from loans.policy import LoanPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy)


def test_industries_are_those_of_the_standard() -> None:
    table = industries()
    assert "".join(table.classes) == ascii_uppercase[:20]
    assert list(table.choices) == [f"{number:02}" for number in range(1, 98)]
    assert "4754" in table.standard


@pytest.mark.parametrize(
    ("first", "last", "section"),
    [
        *[("01", "05", "A"), ("06", "12", "B"), ("13", "43", "C"), ("44", "46", "D")],
        *[("47", "50", "E"), ("51", "52", "F"), ("53", "60", "G"), ("61", "62", "H")],
        *[("63", "65", "I"), ("66", "69", "J"), ("70", "70", "K"), ("71", "72", "L")],
        *[("73", "75", "M"), ("76", "79", "N"), ("80", "82", "O"), ("83", "83", "P")],
        *[("84", "85", "Q"), ("86", "90", "R"), ("91", "96", "S"), ("97", "97", "T")],
    ],
)
def test_divisions_lie_in_their_sections(first: str, last: str, section: str) -> None:
    within = [f"{number:02}" for number in range(int(first), int(last) + 1)]
    assert {section_of(division) for division in within} == {section}
    assert [code for code in industries().choices if section_of(code) == section] == within


def test_occupations_have_eight_major_classes() -> None:
    table = occupations()
    assert list(table.classes) == [f"{number}0000" for number in range(1, 9)]
    chosen = {
        code: sum(one.parent == code for one in table.choices.values()) for code in table.classes
    }
    # All 75 middle classes but the four of those who may run no business.
    assert list(chosen.values()) == [3, 11, 3, 15, 6, 32, 0, 1]


@pytest.mark.parametrize("table", [industries(), occupations()])
def test_every_code_has_a_class_and_both_names(table: Classification) -> None:
    for code in (*table.classes.values(), *table.choices.values()):
        assert code.zh
        assert not code.zh.isascii()
        assert code.en.isascii()
    assert {table.class_of(code).code for code in table.choices} <= table.classes.keys()
    names = [one.zh for one in table.choices.values()]
    assert len(set(names)) == len(names)


def test_the_policy_names_known_sections_alone() -> None:
    sections = industries().classes.keys()
    assert {one for usual in RULES.purposes.values() for one in usual} <= sections
    assert set(RULES.comparison.sections_told_apart) <= sections
