"""Honest declarations are counted by what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path

from evaluation.declarations import CASES, FIRMS, evaluate_declarations
from tests.support.policy import POLICY

ROWS = """name,type,city,scope,section,division,also,note
知夏面馆,个体工商户,x,餐饮,H,62,,
福利彩票零售店,个体工商户,x,零售,R,90,,
"""


def test_firms_and_words_are_counted(tmp_path: Path) -> None:
    for name in (FIRMS, CASES):
        (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / FIRMS).write_text(ROWS, "utf-8")
    cases = [("consistent", "进货"), ("contradicting", "炒股"), ("contradicting", "进货")]
    lines = (json.dumps({"expected": label, "purpose_text": text}) for label, text in cases)
    (tmp_path / CASES).write_text("\n".join(lines), "utf-8")
    assert evaluate_declarations(tmp_path, POLICY) == {
        "firms": 2,
        "firms_consistent": 1,
        "firms_unclear": 0,
        "firms_contradicting": 1,
        "sent_to_a_person": "福利彩票零售店",
        "cases_consistent": 1,
        "cases_contradicting": 2,
        "words_in_consistent": 0,
        "words_in_contradicting": 1,
    }
