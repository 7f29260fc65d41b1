"""Readings of searches are counted by class."""

from __future__ import annotations

from pathlib import Path

from evaluation.intents import PHRASES, evaluate_intents
from tests.support.policy import POLICY

ROWS = """text,intent,hard,note
库迪加盟费多少,franchise_fee,0,词出自任务原文
百家乐看路技巧,gambling,0,
童装批发市场拿货,securities,1,
"""


def test_classes_and_the_forbidden_as_one_are_counted(tmp_path: Path) -> None:
    (tmp_path / PHRASES).parent.mkdir(parents=True)
    (tmp_path / PHRASES).write_text(ROWS, "utf-8")
    figures = evaluate_intents(tmp_path, POLICY)
    assert figures["macro_f1"] == 0.6667
    assert figures["macro_f1_easy"] == 1.0
    assert figures["macro_f1_hard"] == 0.0
    assert figures["f1.gambling"] == 1.0
    assert figures["f1.wages"] is None
    assert figures["forbidden_recall"] == 0.5
    assert figures["forbidden_precision"] == 1.0
    assert figures["business_taken_for_private"] == 0.0
    assert figures["mission_right"] == 1.0
    assert figures["n"] == 3
