"""`kaihu evaluate declarations`: what becomes of declarations that agree with the business, or not.

`loans/declarations/cases.jsonl` holds declarations with what is known of the business, labelled.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.policy import Policy
from evaluation.report import Figures
from loans.codes import Role
from loans.declaration.consistency import compare
from loans.declaration.evidence import (
    Comparison,
    Consistency,
    Difference,
    RecentIntent,
    Shown,
    Stated,
)
from loans.policy import LoanPolicy
from loans.profile.industry import UNKNOWN, division_named
from loans.profile.intents import Intent

CASES = "loans/declarations/cases.jsonl"
# The purposes of the data, as the policy calls them.
PURPOSES: Mapping[str, str] = {
    "stock": "stock_of_goods",
    "fixed_assets": "equipment",
    "renovation_expansion": "renovation",
    "wages": "payroll",
}
# The reasons of the data that a difference may answer.
REASONS: Mapping[Difference, frozenset[str]] = {
    Difference.MONEY_TO_PROPERTY: frozenset({"property"}),
    Difference.MONEY_TO_SECURITIES: frozenset({"securities"}),
    Difference.MONEY_TO_GAMBLING: frozenset({"gambling"}),
    Difference.MONEY_LENT_ON: frozenset({"lending_on"}),
    Difference.MONEY_TO_OWNER: frozenset({"self_forbidden"}),
    Difference.MONEY_PRIVATE: frozenset({"private"}),
    Difference.AMOUNT_IMPOSSIBLE: frozenset({"amount"}),
    Difference.OTHER_BUSINESS: frozenset({"other_business"}),
    Difference.INDUSTRY_DIFFERS: frozenset({"industry"}),
    Difference.EQUITY_BOUGHT: frozenset({"equity"}),
    Difference.HOME_OR_SHOP: frozenset({"dwelling_or_shop"}),
    Difference.PRIVATE_AND_BUSINESS: frozenset({"mixed_use"}),
    Difference.GIFT_OR_RESALE: frozenset({"resale_or_gift"}),
    Difference.OLD_DEBT: frozenset({"debt_or_stock"}),
    Difference.BUSINESS_YOUNG: frozenset({"young"}),
    Difference.AMOUNT_LARGE: frozenset({"amount_unclear"}),
    Difference.PAYEE_A_PERSON: frozenset({"person"}),
    Difference.SEARCHES_FORBIDDEN: frozenset({"searches"}),
    Difference.PURPOSE_VAGUE: frozenset({"vague"}),
}


def evaluate_declarations(data: Path, policy: Policy) -> Figures:
    """How declarations of each label are answered, and whether for the right reason."""
    rules = policy.section(LoanPolicy)
    answers: Counter[tuple[str, Consistency]] = Counter()
    expected, reasons_right = 0, 0
    for line in (data / CASES).read_text("utf-8").splitlines():
        case = json.loads(line)
        found = _compared(case, rules)
        answers[case["expected"], found.consistency] += 1
        if found.consistency == case["expected"] and found.evidence:
            expected += 1
            first = found.evidence[0].difference
            reasons_right += case["reason"] in REASONS.get(first, frozenset())
    return {
        "consistent_refused": _share(answers, "consistent", Consistency.CONTRADICTING),
        "consistent_asked": _share(answers, "consistent", Consistency.UNCLEAR),
        "contradictory_passed": _share(answers, "contradicting", Consistency.CONSISTENT),
        "contradictory_asked": _share(answers, "contradicting", Consistency.UNCLEAR),
        "unclear_asked": _share(answers, "unclear", Consistency.UNCLEAR),
        "unclear_passed": _share(answers, "unclear", Consistency.CONSISTENT),
        "reason_right": round(reasons_right / expected, 4) if expected else None,
        "n": answers.total(),
    }


def _share(
    answers: Counter[tuple[str, Consistency]], label: str, answer: Consistency
) -> float | None:
    total = sum(count for (of, _), count in answers.items() if of == label)
    return round(answers[label, answer] / total, 4) if total else None


def _compared(case: Mapping[str, Any], rules: LoanPolicy) -> Comparison:
    division = division_named(case["declared_industry"])
    stated = Stated(
        role=_role(case["declared_role"]),
        industry="" if division == UNKNOWN else division,
        purpose=PURPOSES.get(case["purpose"], case["purpose"]),
        purpose_text=case["purpose_text"],
        amount_fen=case["amount_fen"],
        payees=tuple(case["payees"]),
    )
    searched = case.get("intents_90d") or ()
    shown = Shown(
        business_name=case["business"],
        business_type=case["type"],
        scope=case["scope"],
        months_in_business=case.get("business_months"),
        monthly_turnover_fen=case.get("monthly_turnover_fen"),
        staff=case.get("staff"),
        intents=tuple(RecentIntent(Intent(one["intent"]), one["days_ago"]) for one in searched),
    )
    return compare(stated, shown, rules)


def _role(told: str) -> Role:
    """What a role in words is: who runs a business is its owner, whatever else they do."""
    if "合伙" in told:
        return Role.PARTNER
    if "股东" in told:
        return Role.SHAREHOLDER
    return Role.MANAGER if told.startswith(("店长", "经理")) else Role.OWNER
