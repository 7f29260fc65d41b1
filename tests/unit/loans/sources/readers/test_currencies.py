"""Names of currencies."""

from __future__ import annotations

import pytest

from loans.sources.readers.currencies import currency_code, known_currency


@pytest.mark.parametrize(
    ("text", "code"),
    [("人民币", "CNY"), ("", "CNY"), ("--", "CNY"), ("156", "CNY"), ("港元 (HKD)", "HKD"),
     ("美金", "USD"), ("港幣", "HKD"), ("eur", "EUR"), ("XAU", "XAU"), ("里亚尔", "里亚尔")],
)  # fmt: skip
def test_codes(text: str, code: str) -> None:
    assert currency_code(text) == code


@pytest.mark.parametrize("text", ["全部", "港元/美元", "综合", ""])
def test_what_names_no_single_currency(text: str) -> None:
    assert known_currency(text) is None
