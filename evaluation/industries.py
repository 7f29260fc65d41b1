"""`kaihu evaluate industries`: sections and divisions read from names and scopes.

`loans/industries/firms.csv` holds firms labelled by GB/T 4754-2017; `also` has further right ones.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from core.policy import Policy
from evaluation.report import Figures
from loans.codes import industries, section_of
from loans.policy import LoanPolicy
from loans.profile.industry import UNKNOWN, read_industry

FIRMS = "loans/industries/firms.csv"
_CODE = re.compile(r"[A-T](?!\d)|\d{2}")


def evaluate_industries(data: Path, policy: Policy) -> Figures:
    """Shares right, unknown, and wrong although sure; names of firms whose section is wrong."""
    rules = policy.section(LoanPolicy).comparison.industry
    sections, divisions, unknown, wrong_and_sure, n = 0, 0, 0, 0, 0
    wrong: list[str] = []
    with (data / FIRMS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            read = read_industry(row["name"], row["type"], row["scope"], rules)
            right = _right(row)
            section = read.section in {section_of(code) for code in right & _divisions()} | right
            n += 1
            sections += section
            divisions += read.division in right or read.section in right - {row["section"]}
            unknown += read.section == UNKNOWN
            wrong_and_sure += read.sure and not section
            if not section:
                wrong.append(row["name"])
    return {
        "section": round(sections / n, 4),
        "division": round(divisions / n, 4),
        "wrong_and_sure": round(wrong_and_sure / n, 4),
        "unknown": round(unknown / n, 4),
        "n": n,
        "wrong": " ".join(wrong) or "none",
    }


def _right(row: Mapping[str, str]) -> set[str]:
    """Sections and divisions that are right for a firm."""
    return {row["section"], row["division"], *_CODE.findall(row["also"])}


def _divisions() -> set[str]:
    return set(industries().choices)
