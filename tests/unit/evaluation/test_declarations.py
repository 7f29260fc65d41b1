"""Declarations are counted by what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evaluation.declarations import CASES, evaluate_declarations
from tests.support.policy import POLICY

CASE: dict[str, Any] = {
    "business": "知夏面馆",
    "type": "个体工商户",
    "scope": "餐饮服务",
    "business_months": 30,
    "monthly_turnover_fen": 8_000_000,
    "staff": 5,
    "declared_role": "经营者",
    "declared_industry": "餐饮",
    "purpose": "stock",
    "purpose_text": "面粉",
    "amount_fen": 5_000_000,
    "payees": ["样例粮油有限公司"],
    "intents_90d": [],
}


def test_answers_and_their_reasons_are_counted(tmp_path: Path) -> None:
    cases = [
        {"expected": "consistent", "reason": "fits"},
        {"expected": "consistent", "reason": "fits", "purpose_text": "炒股"},
        {"expected": "unclear", "reason": "equity", "purpose_text": "合伙人退股"},
        {"expected": "unclear", "reason": "industry", "declared_industry": "美发"},
        {"expected": "contradicting", "reason": "private", "purpose_text": "面粉"},
        {"expected": "contradicting", "reason": "gambling", "purpose_text": "炒股"},
    ]
    (tmp_path / CASES).parent.mkdir(parents=True)
    lines = (json.dumps(CASE | changed) for changed in cases)
    (tmp_path / CASES).write_text("\n".join(lines), "utf-8")
    assert evaluate_declarations(tmp_path, POLICY) == {
        "consistent_refused": 0.5,
        "consistent_asked": 0.0,
        "contradictory_passed": 0.5,
        "contradictory_asked": 0.0,
        "unclear_asked": 1.0,
        "unclear_passed": 0.0,
        "reason_right": 0.6667,
        "n": 6,
    }
