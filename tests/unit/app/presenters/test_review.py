"""A case as a reviewer sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.presenters.review import present_case, present_cases, present_verdict
from core.ids import new_id
from core.reasons import Reason
from kyc.decision.models import Check, CheckOutcome, CrossCheck
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.review.cases import CaseFile, WaitingCase
from kyc.review.models import Verdict

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def case(decision: Decision = Decision.REVIEW) -> Onboarding:
    return Onboarding(
        id=new_id(), decision=decision, reasons=[Reason.FACE_UNCERTAIN], claimed_until=NOW
    )


def test_a_case_is_shown_with_measurements_and_verdicts_without_notes() -> None:
    evidence = Evidence(id=new_id(), kind=FACE_VIDEO.kind, state=EvidenceState.REVIEW)
    check = Check(
        kind=CrossCheck.FACE_MATCH,
        outcome=CheckOutcome.UNSURE,
        reasons=[Reason.FACE_UNCERTAIN],
        measurements={"llr": 2.1},
        evidence_id=None,
    )
    verdict = Verdict(judgement=Decision.APPROVED, note="a note for staff")
    file = CaseFile(
        case(), (evidence,), (check,), (verdict,), holders=(), doubts=(), attempts=(), phone=None
    )
    shown = present_case(file)
    assert shown.evidence[0].id == evidence.id
    assert shown.checks[0].measurements == {"llr": 2.1}
    assert shown.judgements == [Decision.APPROVED]
    assert "note" not in shown.model_dump_json()


def test_the_queue_says_how_long_a_case_waits() -> None:
    waiting = WaitingCase(case(), timedelta(seconds=61.4), taken=True)
    [row] = present_cases([waiting]).cases
    assert (row.waited_s, row.taken, row.reasons) == (61, True, [Reason.FACE_UNCERTAIN])


def test_a_verdict_settles_a_case_or_not() -> None:
    open_case = case()
    assert not present_verdict(open_case).settled
    settled = case(Decision.APPROVED)
    settled.reviewed_at = NOW
    assert present_verdict(settled).settled
    assert present_verdict(settled).decision is Decision.APPROVED
