from __future__ import annotations

from demo.personas import LAPSED, LAPSED_OWNER, NOODLES, ONLINE, OWNER, REPLAYED_OWNER, RIVAL
from ocr.identifiers import is_valid_credit_code, read_identity_number


def test_numbers_have_valid_check_characters_and_belong_to_no_region() -> None:
    for person in (OWNER, REPLAYED_OWNER, LAPSED_OWNER):
        number = read_identity_number(person.number)
        assert number is not None
        assert number.check_digit_valid
        assert person.number.startswith("999999")
    for business in (NOODLES, RIVAL, LAPSED, ONLINE):
        assert is_valid_credit_code(business.code)
