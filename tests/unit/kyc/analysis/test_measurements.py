"""Measurements are numbers, ids and words of the code's own; texts of a person's file are not."""

from __future__ import annotations

from typing import Any

import pytest

from kyc.analysis.measurements import without_values

ID = "01990f3d-6c3a-7b5e-9d8e-3f2a1c0b9d8e"


@pytest.mark.parametrize(
    "value",
    [
        *(0.5, 3, True, None, "edited", "edited:名称", "统一社会信用代码", "turn_left"),
        *(ID, "", [1, "nod"]),
    ],
)
def test_what_says_nothing_of_a_person_stays(value: Any) -> None:
    assert without_values({"a": {"b": [value]}}) == {"a": {"b": [value]}}


@pytest.mark.parametrize(
    "value",
    [
        *("11010119880314421X", "92110101MA00000000", "林知夏", "+31.2304+121.4737+004.000/"),
        *("iphone 15 pro", "13800000001", "北京市朝阳区", "edited:林知夏", "名称:林知夏", "ABC"),
    ],
)
def test_a_text_of_a_file_is_left_out(value: str) -> None:
    assert without_values({"a": {"b": [value, 1]}, "c": value}) == {
        "a": {"b": [None, 1]},
        "c": None,
    }
