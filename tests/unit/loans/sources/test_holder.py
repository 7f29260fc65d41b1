"""Whose a statement is, by the name that it prints."""

from __future__ import annotations

import pytest

from loans.sources.holder import is_holder, names_somebody

NAMES = ("张伟", "杭州市西湖区张伟面馆")


@pytest.mark.parametrize(
    "printed",
    ["张伟", "张 伟", "*伟", "张*", "＊伟", "张**", "张伟 6222", "***", "杭州市西湖区张伟面馆"],
)
def test_the_owner_is_known_by_name_however_it_is_masked(printed: str) -> None:
    assert is_holder(printed, NAMES)


@pytest.mark.parametrize(
    "printed", ["李伟", "张*强", "王*", "张伟业", "*强", "杭州市张伟面馆", "123456", ""]
)
def test_another_name_is_not_the_owners(printed: str) -> None:
    assert not is_holder(printed, NAMES)


@pytest.mark.parametrize(
    ("printed", "somebody"),
    [
        ("张*", True),
        ("张伟 6222", True),
        ("***", False),
        ("**** 6222", False),
        ("123456", False),
        ("", False),
        (None, False),
    ],
)
def test_masks_and_numbers_name_nobody(printed: str | None, somebody: bool) -> None:
    assert names_somebody(printed) is somebody
