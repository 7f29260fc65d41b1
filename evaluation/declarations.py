"""`kaihu evaluate declarations`: honest declarations that words send to a person, and others found.

`loans/industries/firms.csv` holds firms with their division by GB/T 4754-2017, and each is declared
by it. `loans/declarations/cases.jsonl` holds purposes in words, labelled; there only words that
name a forbidden use can speak.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

from core.policy import Policy
from evaluation.report import Figures
from loans.declaration.codes import Role
from loans.declaration.consistency import Consistency, Shown, Stated, compare
from loans.policy import LoanPolicy

FIRMS = "loans/industries/firms.csv"
CASES = "loans/declarations/cases.jsonl"
PURPOSE, ANY_INDUSTRY = "rent", "82"


def evaluate_declarations(data: Path, policy: Policy) -> Figures:
    """How firms compare when they declare their own division; forbidden uses found in words."""
    rules = policy.section(LoanPolicy)
    found, told = Counter[Consistency](), []
    with (data / FIRMS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            stated = Stated(Role.OWNER, row["division"], PURPOSE, "")
            shown = Shown(row["name"], row["type"], row["scope"])
            consistency = compare(stated, shown, rules).consistency
            found[consistency] += 1
            if consistency is not Consistency.CONSISTENT:
                told.append(row["name"])
    return {
        "firms": found.total(),
        **{f"firms_{kind}": found[kind] for kind in Consistency},
        "sent_to_a_person": " ".join(told) or "none",
        **_words(data, rules),
    }


def _words(data: Path, rules: LoanPolicy) -> Figures:
    """Of cases by their label: how many have words that name a forbidden use."""
    cases, spoken = Counter[str](), Counter[str]()
    for line in (data / CASES).read_text("utf-8").splitlines():
        case = json.loads(line)
        stated = Stated(Role.OWNER, ANY_INDUSTRY, PURPOSE, case["purpose_text"])
        cases[case["expected"]] += 1
        if compare(stated, Shown("", "", ""), rules).evidence:
            spoken[case["expected"]] += 1
    return {
        **{f"cases_{label}": count for label, count in sorted(cases.items())},
        **{f"words_in_{label}": spoken[label] for label in sorted(cases)},
    }
