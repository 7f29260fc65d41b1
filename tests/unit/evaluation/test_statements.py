"""Rows of truth are paired with rows that were read, and what was not told is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation import statements
from evaluation.statements import evaluate_statements, is_right, paired
from loans.sources.readers.times import read_time
from loans.sources.rows import Direction, Row, RowKind
from tests.support.policy import POLICY

CSV = "交易日期,摘要,收入金额,支出金额,账户余额,对方户名\n2026-06-01,转账,5.00,,105.00,王某\n"


def row(line: int, fen: int, at: str = "2026-06-01") -> Row:
    moment = read_time(at)
    assert moment is not None
    direction = Direction.OUT if fen < 0 else Direction.IN
    return Row(line, moment, fen, direction, RowKind.PAYMENT)


def truth(line: int, fen: int, **more: Any) -> dict[str, Any]:
    direction = "out" if fen < 0 else "in"
    found = {"line": line, "at": "2026-06-01", "amount_fen": fen, "direction": direction}
    return {**found, "kind": "payment", **more}


def test_a_row_is_right_as_exactly_as_the_file_is() -> None:
    assert is_right(truth(1, 500), row(1, 500))
    assert not is_right(truth(1, 500), row(1, 500, "2026-06-01 00:00:00"))
    assert not is_right(truth(1, 500), row(1, -500))
    assert is_right(truth(1, 500, sign_open=True), row(1, -500))
    assert is_right(truth(1, 500, at_also="2026-06-02"), row(1, 500, "2026-06-02"))


def test_pairs_by_line_and_then_by_what_rows_say() -> None:
    rows = [row(1, 100), row(9, 200), row(3, 300)]
    pairs, left = paired([truth(1, 100), truth(2, 200), truth(4, 400)], rows)
    assert [found for _, found in pairs] == [rows[0], rows[1], None]
    assert left == [rows[2]]


@pytest.mark.parametrize(("fen", "right", "unflagged"), [(500, 1.0, 0), (600, 0.0, 1)])
def test_what_is_wrong_and_was_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fen: int, right: float, unflagged: int
) -> None:
    monkeypatch.setattr(statements, "SPEED_ROWS", 10)
    folder = tmp_path / statements.FOLDER
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(CSV, "utf-8")
    (folder / "b.csv").write_text("品名,单价\n", "utf-8")
    file = {"origin": "drawn", "account": "debit", "broken_lines": [], "balance_breaks": []}
    entries = {
        "a.csv": {**file, "expect": "read", "rows": [truth(2, fen)]},
        "b.csv": {**file, "expect": "refuse", "rows": []},
    }
    (folder / "truth.json").write_text(json.dumps(entries), "utf-8")
    figures = evaluate_statements(tmp_path, POLICY)
    assert (figures["rows_right"], figures["rows_wrong_unflagged"]) == (right, unflagged)
    assert (figures["refused_right"], figures["n"]) == (1.0, 2)
    assert figures["real.rows_right"] is None
    assert figures["real.rows_right.why"]


@pytest.mark.parametrize(
    ("printed", "told", "false"),
    [("王*平", None, 0.0), ("王小平", None, 0.0), ("李*平", 1.0, None), ("李小平", 1.0, None)],
)
def test_a_masked_owner_who_fits_the_applicant_is_no_other_person(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    printed: str,
    told: float | None,
    false: float | None,
) -> None:
    monkeypatch.setattr(statements, "SPEED_ROWS", 10)
    folder = tmp_path / statements.FOLDER
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(f"户名：{printed}\n{CSV}", "utf-8")
    entry = {
        "origin": "drawn",
        "account": "debit",
        "broken_lines": [],
        "balance_breaks": [],
        "expect": "read",
        "rows": [truth(3, 500)],
        "owner": printed,
        "applicant": "王小平",
    }
    (folder / "truth.json").write_text(json.dumps({"a.csv": entry}), "utf-8")
    figures = evaluate_statements(tmp_path, POLICY)
    assert (figures["owner_told"], figures["owner_false"]) == (told, false)
