"""`kaihu evaluate intents`: what searches are about, by class.

`loans/intents/phrases.csv` holds searches labelled with one of fifteen intents; two fifths are hard
on purpose.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from pathlib import Path

from core.policy import Policy
from evaluation.report import Figures
from loans.policy import LoanPolicy
from loans.profile.intents import FORBIDDEN, Intent, IntentRules, read_intent

PHRASES = "loans/intents/phrases.csv"
MISSION = "任务原文"  # the note of the mission's own phrases
PRIVATE = frozenset({Intent.PERSONAL_CONSUMPTION, Intent.NONE})
BUSINESS = frozenset(Intent) - PRIVATE - FORBIDDEN

Pair = tuple[Intent, Intent]  # the label, and what was read


def evaluate_intents(data: Path, policy: Policy) -> Figures:
    """F1 of each class and their mean; forbidden ones as one class; the mission's phrases."""
    with (data / PHRASES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rules = policy.section(LoanPolicy).intents or IntentRules(min_confidence=0.0)
    pairs = [(Intent(row["intent"]), read_intent(row["text"], rules).intent) for row in rows]
    hard = [pair for pair, row in zip(pairs, rows, strict=True) if row["hard"] == "1"]
    easy = [pair for pair, row in zip(pairs, rows, strict=True) if row["hard"] != "1"]
    mission = [pair for pair, row in zip(pairs, rows, strict=True) if MISSION in row["note"]]
    return {
        "macro_f1": _macro_f1(pairs),
        "macro_f1_hard": _macro_f1(hard),
        "macro_f1_easy": _macro_f1(easy),
        **{f"f1.{intent}": _f1(pairs, intent) for intent in Intent},
        "forbidden_recall": _taken(pairs, FORBIDDEN, FORBIDDEN),
        "forbidden_precision": _taken(
            [(read, label) for label, read in pairs], FORBIDDEN, FORBIDDEN
        ),
        "business_taken_for_private": _taken(pairs, BUSINESS, PRIVATE),
        "mission_right": _right(mission),
        "n": len(pairs),
    }


def _macro_f1(pairs: Sequence[Pair]) -> float | None:
    scores = [score for intent in Intent if (score := _f1(pairs, intent)) is not None]
    return round(sum(scores) / len(scores), 4) if scores else None


def _f1(pairs: Sequence[Pair], intent: Intent) -> float | None:
    """The harmonic mean of precision and recall; None where no phrase is of the class."""
    labelled = sum(label is intent for label, _ in pairs)
    read = sum(found is intent for _, found in pairs)
    both = sum(label is intent is found for label, found in pairs)
    return round(2 * both / (labelled + read), 4) if labelled else None


def _taken(
    pairs: Sequence[Pair], of: Collection[Intent], as_one_of: Collection[Intent]
) -> float | None:
    """Of phrases of some intents, the share read as one of others."""
    read = [found for label, found in pairs if label in of]
    return round(sum(found in as_one_of for found in read) / len(read), 4) if read else None


def _right(pairs: Sequence[Pair]) -> float | None:
    return round(sum(label is found for label, found in pairs) / len(pairs), 4) if pairs else None
