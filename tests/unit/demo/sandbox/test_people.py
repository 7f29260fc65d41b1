"""Test numbers and their code."""

from __future__ import annotations

import re

from access.codes import RandomCodes
from app.schemas.sign_in import CodeRequest
from demo.sandbox.people import CODE, PEOPLE, FixedCodes


def test_test_numbers_have_one_code_and_others_have_random_ones() -> None:
    codes = FixedCodes(RandomCodes())
    assert {codes.code_for(phone) for phone in PEOPLE} == {CODE}
    others = {codes.code_for("13900000001") for _ in range(20)}
    assert len(others) > 15
    assert all(re.fullmatch("[0-9]{6}", code) for code in others)


def test_test_numbers_are_phone_numbers() -> None:
    for phone in PEOPLE:
        assert CodeRequest(phone=phone).phone == phone


def test_no_two_people_share_a_paper() -> None:
    assert len({one.person.number for one in PEOPLE.values()}) == len(PEOPLE)
    assert len({one.business.code for one in PEOPLE.values()}) == len(PEOPLE)
