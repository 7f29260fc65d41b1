"""A declaration compared with what is known of the business, pure.

Words never refuse anybody: a farm's "agricultural services" once made a service firm of it. What
was declared counts; what the licence, the payees and the purpose's own words show is compared with
it, and what differs is evidence that a question settles or a person weighs.
"""

from __future__ import annotations

from loans.declaration.case import Case, Finding
from loans.declaration.checks import CHECKS
from loans.declaration.evidence import Comparison, Consistency, Difference, Shown, Stated
from loans.policy import LoanPolicy

_WORST = (Consistency.CONTRADICTING, Consistency.UNCLEAR)
_ORDER = tuple(Difference)


def compare(stated: Stated, shown: Shown, policy: LoanPolicy) -> Comparison:
    """What speaks against a declaration, what weighs most first.

    `contradicting`: it is probable that the money goes where it must not, or that the declaration
    cannot be true of this business. `unclear`: one answer would settle it.
    """
    rules = policy.comparison
    usual = policy.purposes[stated.purpose]
    case = Case(stated, shown, usual, rules)
    findings = sorted((found for check in CHECKS for found in check(case)), key=_weight)
    consistency = findings[0].consistency if findings else Consistency.CONSISTENT
    return Comparison(consistency, tuple(found.evidence for found in findings))


def _weight(found: Finding) -> tuple[int, int]:
    return _WORST.index(found.consistency), _ORDER.index(found.evidence.difference)
