"""What a person of the demo does where a recogniser is not sure of their digits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from core.reasons import Reason
from demo import applicant
from demo.applicant import Outcome, onboard
from kyc.onboarding.states import Decision

Result = tuple[Decision, list[str]]

UNSURE: Result = (Decision.REVIEW, [Reason.DIGITS_UNSURE])
APPROVED: Result = (Decision.APPROVED, [])
OTHERWISE: Result = (Decision.REVIEW, [Reason.LICENCE_EXPIRED])


@pytest.mark.parametrize(
    ("results", "decision", "tries"),
    [
        ([APPROVED], Decision.APPROVED, 1),
        ([UNSURE, APPROVED], Decision.APPROVED, 2),
        ([UNSURE, UNSURE], Decision.REVIEW, 2),
        ([OTHERWISE, APPROVED], Decision.REVIEW, 1),
    ],
)
def test_other_digits_are_read_once_where_the_first_are_unsure(
    monkeypatch: pytest.MonkeyPatch,
    results: list[Result],
    decision: Decision,
    tries: int,
) -> None:
    given = iter(results)
    tried: list[Outcome] = []

    def once(*_: Any) -> Outcome:
        found, reasons = next(given)
        tried.append(Outcome("owner", "approved", decision=found, reasons=reasons))
        return tried[-1]

    monkeypatch.setattr(applicant, "_try", once)
    nobody: Any = SimpleNamespace()
    assert onboard(nobody, nobody, nobody, "owner", "approved").decision == decision
    assert len(tried) == tries
