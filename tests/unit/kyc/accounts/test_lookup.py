"""What customer service sees of a number and a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.accounts.masking import mask_name, mask_phone


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_a_phone_number_shows_its_ends(phone: str) -> None:
    masked = mask_phone(phone)
    assert (masked[:3], masked[3:7], masked[7:]) == (phone[:3], "****", phone[7:])


@pytest.mark.parametrize(
    ("name", "masked"), [("林知夏", "林**"), ("林夏", "林*"), ("林", "林"), ("欧阳知夏", "欧***")]
)
def test_a_name_shows_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked
