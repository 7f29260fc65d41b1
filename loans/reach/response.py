"""How likely a person takes an offer within 30 days: a sum of log-odds with stated weights. Pure.

Neither price nor limit may read it (PIPL art. 24; 算法推荐管理规定 art. 21): import-linter holds
`loans.terms`, `loans.credit`, `loans.offers` and `loans.lines` to that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from loans.reach.policy import ResponseRules
from loans.reach.signals import LaneSignals


@dataclass(frozen=True)
class ResponseScore:
    """`probability` within 0..1; `parts` are the log-odds that each thing known adds."""

    probability: float
    parts: dict[str, float]


def response_score(signals: LaneSignals, unanswered: int, rules: ResponseRules) -> ResponseScore:
    """The score of what is known; `unanswered` contacts of 30 days speak against it.

    Of several searches of one class the freshest counts: looking often is no other wish.
    """
    parts = {"base": rules.base}
    for intent in signals.intents:
        weight = rules.intents.get(intent.kind)
        if weight is None or intent.age_days < 0:
            continue
        fresh = weight * 0.5 ** (intent.age_days / rules.half_life_days)
        parts[intent.kind] = max(fresh, parts.get(intent.kind, 0.0))
    parts["visits"] = rules.visit * math.log2(1 + min(max(signals.visits, 0), rules.max_visits))
    parts["unanswered"] = rules.unanswered * unanswered
    return ResponseScore(1 / (1 + math.exp(-sum(parts.values()))), parts)
