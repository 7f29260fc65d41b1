"""Check characters of identity numbers and credit codes, and printed dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.identifiers import (
    credit_code_check_character,
    credit_code_looking_like,
    credit_codes_of_businesses_in,
    identity_check_digit,
    is_pilot_credit_code,
    is_valid_code,
    is_valid_credit_code,
    organisation_check_digit,
    read_date,
    read_identity_number,
)

births = st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 12, 31))


@given(births, st.integers(0, 999))
def test_an_identity_number_holds_birth_and_sex(birth: date, order: int) -> None:
    first = f"110101{birth:%Y%m%d}{order:03d}"
    read = read_identity_number(first + identity_check_digit(first))
    assert read is not None
    assert read.check_digit_valid
    assert read.birth == birth
    assert read.sex == ("男" if order % 2 else "女")


@given(births, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: date, order: int, place: int, by: int) -> None:
    first = f"110101{birth:%Y%m%d}{order:03d}"
    number = first + identity_check_digit(first)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    read = read_identity_number(wrong)
    assert read is not None
    assert not read.check_digit_valid


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9))
def test_a_credit_code_with_its_check_character_is_valid(body: str) -> None:
    first = "91110105" + body
    code = first + credit_code_check_character(first)
    assert is_valid_credit_code(code)
    other = "0" if code[-1] != "0" else "1"
    assert not is_valid_credit_code(code[:-1] + other)


@pytest.mark.parametrize("number", ["", "123", "11010119900101123", "X" * 18])
def test_what_is_no_identity_number_is_none(number: str) -> None:
    assert read_identity_number(number) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020年06月04日", date(2020, 6, 4)),
        ("2019.05.06-2039.05.06", date(2019, 5, 6)),
        ("2020年13月01日", None),
        ("长期", None),
        ("二〇二〇年六月四日", date(2020, 6, 4)),
        ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("二O一九年十月二十日", date(2019, 10, 20)),  # 〇 read as a Latin letter
        ("二〇—九年十—月—日", date(2019, 11, 1)),  # 一 read as a dash
        ("一九九九年十三月一日", None),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    assert read_date(text) == expected


PILOT_BODIES = [f"91350200M000{part}" for part in ("1AB2", "0XK7", "2QQQ")]


def pilot_code(body: str) -> str:
    """A code of the pilot: the last character is none that the standard gives."""
    first = body + organisation_check_digit(body[8:])
    return first + ("7" if credit_code_check_character(first) != "7" else "8")


@pytest.mark.parametrize("body", PILOT_BODIES)
def test_a_code_of_the_pilot_before_the_standard_is_known_by_its_subject(body: str) -> None:
    code = pilot_code(body)
    assert is_pilot_credit_code(code)
    assert is_valid_code(code)
    assert not is_valid_credit_code(code)
    wrong = "1" if code[16] != "1" else "2"
    assert not is_pilot_credit_code(code[:16] + wrong + code[17])


def test_a_code_that_the_standard_gives_is_none_of_the_pilot() -> None:
    first = pilot_code(PILOT_BODIES[0])[:17]
    assert not is_pilot_credit_code(first + credit_code_check_character(first))
    assert not is_pilot_credit_code("91350211MA0013FA1N")


CODE = "91210102MA325MMX1Q"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"http://www.gsxt.gov.cn/index.html?uniscid={CODE}", [CODE]),
        (f"https://gsxt.example.cn/?to=ebl%3Fei%3D{CODE}%26d%3D1", [CODE]),
        (f'{{"qs":"9991234567890123456789","ei":"{CODE}"}}', [CODE]),
        (f"{CODE};沈阳蓝海面馆;{CODE}", [CODE]),
        (f"沈阳蓝海面馆{CODE}个体工商户", [CODE]),
        (f"http://www.example.cn/?c=A{CODE}", []),
        (f"http://www.example.cn/?c={CODE}0", []),
        ("http://www.example.cn/?nbxh=99010020100612000026468", []),
        ("http://www.example.cn/?id=912101020000000001", []),  # no check character
        ("http://www.example.cn/?id=37020219881021534X", []),
        ("http://www.example.cn/?pripid=110105199003072316", []),
    ],
)
def test_a_text_names_the_credit_codes_that_stand_in_it_by_themselves(
    text: str, named: list[str]
) -> None:
    assert credit_codes_of_businesses_in(text) == named


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=18, max_size=18),
    st.sets(st.integers(0, 17), max_size=3),
)
def test_what_is_proposed_for_a_code_is_one_and_differs_at_a_given_place(
    code: str, places: set[int]
) -> None:
    proposed = credit_code_looking_like(code, places)
    if proposed is not None:
        assert is_valid_credit_code(proposed)
        assert organisation_check_digit(proposed[8:16]) == proposed[16]
        (at,) = [at for at in range(18) if code[at] != proposed[at]]
        assert at in places


def test_m_is_taken_for_n() -> None:
    code = "92500103MA6HT6J09D"
    misread = code.replace("M", "N")
    assert credit_code_looking_like(misread, [8]) == code
    assert credit_code_looking_like(misread, [7, 9]) is None
