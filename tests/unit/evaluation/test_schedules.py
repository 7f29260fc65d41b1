"""Published schedules are compared to the cent, and what differs is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.schedules import FILE, equals_published, evaluate_schedules

EVERY_TWO_WEEKS: dict[str, Any] = {
    "id": "C3158",
    "principal_cents": 10000,
    "annual_rate_percent": "9.4822",
    "day_count": "30/360",
    "dates": [
        *("2024-01-01", "2024-01-15", "2024-01-29", "2024-02-12"),
        *("2024-02-26", "2024-03-11", "2024-03-25"),
    ],
    "instalments_cents": [1688, 1688, 1688, 1688, 1688, 1690],
    "interest_cents": [37, 31, 25, 19, 12, 6],
    "way": "equal_instalments",
}
DOWN_PAYMENT: dict[str, Any] = {
    "id": "C3161",
    "principal_cents": 10000,
    "annual_rate_percent": "5",
    "day_count": "30/360",
    "dates": [
        *("2024-01-01", "2024-01-01", "2024-02-01", "2024-03-01"),
        *("2024-04-01", "2024-05-01", "2024-06-01"),
    ],
    "instalments_cents": [2500, 1519, 1519, 1519, 1519, 1518],
    "interest_cents": [0, 31, 25, 19, 13, 6],
    "way": "equal_instalments",
    "months_each": 1,
}


ONE_MORE_INSTALMENT = {**DOWN_PAYMENT, "id": "one more", "dates": DOWN_PAYMENT["dates"][1:]}


@pytest.mark.parametrize(
    "row", [EVERY_TWO_WEEKS, DOWN_PAYMENT, ONE_MORE_INSTALMENT], ids=lambda row: row["id"]
)
def test_a_published_schedule_is_equal_to_the_cent(row: dict[str, Any]) -> None:
    assert equals_published(row)
    one_more = [*row["instalments_cents"][:-1], row["instalments_cents"][-1] + 1]
    assert not equals_published({**row, "instalments_cents": one_more})
    assert not equals_published({**row, "interest_cents": row["interest_cents"][::-1]})
    assert not equals_published({**row, "day_count": "act/365"})


def test_a_row_that_is_no_loan_stops_no_other() -> None:
    assert not equals_published({**EVERY_TWO_WEEKS, "day_count": "act/act"})
    assert not equals_published({**EVERY_TWO_WEEKS, "principal_cents": 1})


def test_what_differs_is_named(tmp_path: Path) -> None:
    wrong = {**EVERY_TWO_WEEKS, "id": "wrong", "annual_rate_percent": "12"}
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(json.dumps([EVERY_TWO_WEEKS, wrong]), "utf-8")
    assert evaluate_schedules(tmp_path) == {"n": 2, "published_equal": 1, "differing": "wrong"}
