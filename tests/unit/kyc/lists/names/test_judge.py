"""What comes of a name together with what stands beside it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.lists.names.attributes import Agreement, birth_agreement, firm_code, number_end
from kyc.lists.names.blocks import firm_keys, person_keys
from kyc.lists.names.judge import Firm, Outcome, Person, judge_firm, judge_person
from kyc.lists.policy import ListsPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(ListsPolicy).names
BORN = date(1984, 3, 12)
CODE, OTHER_CODE = "91110000600007272X", "91310115MA1K00000T"
LISTED = Person.told("钱书森", BORN, "530102198403124417")
FIRM = Firm.told("昆明云岭商贸有限公司", CODE)
HIT, POSSIBLE, NONE = Outcome.HIT, Outcome.POSSIBLE, Outcome.NONE


@pytest.mark.parametrize(
    ("name", "born", "number", "expected"),
    [
        ("钱书森", BORN, "4417", HIT),
        ("錢書森", BORN, "", HIT),
        ("钱书森", None, "4417", HIT),
        ("钱书森", None, "", POSSIBLE),
        ("钱书森", date(1984, 3, 13), "", POSSIBLE),
        ("钱书森", date(1984, 12, 3), "", POSSIBLE),
        ("钱书森", date(1983, 3, 12), "", POSSIBLE),
        ("钱书森", BORN, "9934", POSSIBLE),
        ("钱书森", date(1990, 7, 1), "4417", POSSIBLE),
        ("钱书森", date(1990, 7, 1), "", NONE),
        ("钱书森", date(1990, 7, 1), "9934", NONE),
        ("钱书森", None, "9934", NONE),
        ("钱舒森", BORN, "", POSSIBLE),
        ("钱舒森", BORN, "4417", POSSIBLE),
        ("钱舒森", None, "4417", POSSIBLE),
        ("钱舒森", date(1984, 3, 13), "", POSSIBLE),
        ("钱舒森", BORN, "9934", NONE),
        ("钱舒森", None, "", NONE),
        ("钱舒森", date(1990, 7, 1), "9934", NONE),
        ("Shusen Qian", BORN, "", POSSIBLE),
        ("Shusen Qian", None, "", NONE),
        ("钱森", date(1984, 3, 13), "", NONE),
        ("周涛", BORN, "4417", POSSIBLE),
        ("周涛", BORN, "", NONE),
    ],
)
def test_a_name_and_what_stands_beside_it(
    name: str, born: date | None, number: str, expected: Outcome
) -> None:
    asked = Person.told(name, born, number)
    assert judge_person(asked, LISTED, RULES).outcome is expected
    if expected is not NONE:
        assert not person_keys(asked).isdisjoint(person_keys(LISTED))


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("昆明云岭商贸有限公司", CODE, HIT),
        ("云岭商贸（昆明）有限责任公司", CODE, HIT),
        ("云岭商贸有限公司", CODE, HIT),
        ("昆明云岭商贸有限公司", "", POSSIBLE),
        ("昆明云岭商贸有限公司", OTHER_CODE, POSSIBLE),
        ("云岭商贸有限公司", "", POSSIBLE),
        ("云岭商贸有限公司", OTHER_CODE, NONE),
        ("昆明云岭商贸有限公司官渡分公司", OTHER_CODE, POSSIBLE),
        ("大理云岭商贸有限公司", OTHER_CODE, NONE),
        ("大理云岭商贸有限公司", "", NONE),
        ("昆明高原商贸有限公司", CODE, POSSIBLE),
        ("昆明高原商贸有限公司", OTHER_CODE, NONE),
    ],
)
def test_a_firm_and_its_code(name: str, code: str, expected: Outcome) -> None:
    asked = Firm.told(name, code)
    assert judge_firm(asked, FIRM).outcome is expected
    if expected is not NONE:
        assert not firm_keys(asked).isdisjoint(firm_keys(FIRM))


@given(st.sampled_from(["钱书森", "錢 書森", "Qian Shusen", "钱舒森", "森书钱", "钱书"]))
def test_a_name_alone_is_never_a_hit(name: str) -> None:
    assert judge_person(Person.told(name), LISTED, RULES).outcome is not HIT


@given(
    st.dates(date(1950, 1, 1), date(2006, 12, 31)), st.dates(date(1950, 1, 1), date(2006, 12, 31))
)
def test_birth_dates_agree_alike_in_both_directions(one: date, other: date) -> None:
    assert birth_agreement(one, other) is birth_agreement(other, one)
    assert (birth_agreement(one, other) is Agreement.SAME) == (one == other)


def test_numbers_are_compared_as_the_standard_writes_them() -> None:
    assert number_end("53010219840312441x") == "441X"
    assert number_end("５３０１****１２３４") == "1234"
    assert firm_code("9111OOOO6OOOO7272X") == CODE
