"""Sections and divisions are counted, further right ones among them."""

from __future__ import annotations

from pathlib import Path

from evaluation.industries import FIRMS, evaluate_industries
from tests.support.policy import POLICY

ROWS = """name,type,city,scope,section,division,also,note
知夏面馆,个体工商户,x,餐饮服务,H,62,,
老彭汽修厂,个体工商户,x,汽车维修,O,82,,
云上客栈,个体工商户,x,住宿服务,R,90,H61,
知夏面馆,个体工商户,x,餐饮服务,F,52,,
某某行,个体工商户,x,,F,52,,
"""


def test_what_is_right_unknown_and_wrong_is_counted(tmp_path: Path) -> None:
    (tmp_path / FIRMS).parent.mkdir(parents=True)
    (tmp_path / FIRMS).write_text(ROWS, "utf-8")
    assert evaluate_industries(tmp_path, POLICY) == {
        "section": 0.6,
        "division": 0.4,
        "wrong_and_sure": 0.2,
        "unknown": 0.2,
        "n": 5,
        "wrong": "知夏面馆 某某行",
    }
