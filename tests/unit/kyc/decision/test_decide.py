"""The rules of decisions: reasons and the policy's effects in, states out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasons import Reason
from kyc.decision.decide import Effects, check_outcome, decide, effect_of, evidence_state
from kyc.decision.models import CheckOutcome
from kyc.evidence.states import EvidenceState
from kyc.onboarding.states import Decision
from kyc.policy import Effect, EffectsPolicy
from tests.support.policy import POLICY

EFFECTS = POLICY.section(EffectsPolicy).effects

RETRY, REVIEW, DECLINE = Reason.BLURRED, Reason.PHOTOCOPY, Reason.FACE_MISMATCH
UNLISTED = Reason.RECORDING_REUSED
reasons = st.lists(st.sampled_from(Reason), max_size=6)
effects = st.dictionaries(st.sampled_from(Reason), st.sampled_from(Effect))


def test_the_reasons_of_these_tests_do_what_their_names_say() -> None:
    assert EFFECTS[RETRY] is Effect.RETRY
    assert EFFECTS[REVIEW] is Effect.REVIEW
    assert EFFECTS[DECLINE] is Effect.DECLINE
    assert UNLISTED not in EFFECTS


@pytest.mark.parametrize(
    ("reason", "effect"),
    [
        (RETRY, Effect.RETRY),
        (REVIEW, Effect.REVIEW),
        (DECLINE, Effect.DECLINE),
        (UNLISTED, Effect.REVIEW),
        ("blurred", Effect.RETRY),  # as a check keeps it
        ("never heard of", Effect.REVIEW),  # recorded by other code than this
        ("", Effect.REVIEW),
    ],
)
def test_what_a_reason_does(reason: str, effect: Effect) -> None:
    assert effect_of(EFFECTS, reason) is effect


@pytest.mark.parametrize(
    ("found", "decision"),
    [
        ([], Decision.APPROVED),
        ([REVIEW], Decision.REVIEW),
        ([RETRY], Decision.REVIEW),
        ([UNLISTED], Decision.REVIEW),
        (["never heard of"], Decision.REVIEW),
        ([DECLINE], Decision.DECLINED),
        ([REVIEW, RETRY, DECLINE], Decision.DECLINED),
        (["never heard of", DECLINE], Decision.DECLINED),
    ],
)
def test_a_decision(found: list[str], decision: Decision) -> None:
    assert decide(EFFECTS, found) is decision


@given(effects, st.lists(st.one_of(st.sampled_from(Reason), st.text()), max_size=6))
def test_no_reason_is_ever_a_pass(table: Effects, found: list[str]) -> None:
    assert (decide(table, found) is Decision.APPROVED) == (not found)


@given(effects, reasons, st.sampled_from(Reason))
def test_one_more_reason_never_makes_a_decision_milder(
    table: Effects, found: list[Reason], more: Reason
) -> None:
    order = [Decision.APPROVED, Decision.REVIEW, Decision.DECLINED]
    before, after = decide(table, found), decide(table, [*found, more])
    assert order.index(after) >= order.index(before)


@given(effects, reasons)
def test_the_order_of_reasons_makes_no_difference(table: Effects, found: list[Reason]) -> None:
    turned = list(reversed(found))
    assert decide(table, turned) is decide(table, found)
    assert evidence_state(table, turned) is evidence_state(table, found)
    assert check_outcome(table, turned) is check_outcome(table, found)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], EvidenceState.ACCEPTED),
        ([RETRY], EvidenceState.RETRY),
        ([REVIEW], EvidenceState.REVIEW),
        ([UNLISTED], EvidenceState.REVIEW),
        ([DECLINE], EvidenceState.DECLINED),
        ([RETRY, REVIEW], EvidenceState.RETRY),
        ([RETRY, DECLINE], EvidenceState.DECLINED),
        ([RETRY, Reason.ATTEMPTS_USED], EvidenceState.REVIEW),
        ([RETRY, Reason.LIVENESS_ATTEMPTS_USED], EvidenceState.DECLINED),
        ([DECLINE, Reason.ATTEMPTS_USED], EvidenceState.DECLINED),
    ],
)
def test_what_becomes_of_evidence(found: list[Reason], state: EvidenceState) -> None:
    assert evidence_state(EFFECTS, found) is state


@given(effects, reasons)
def test_evidence_with_a_reason_is_never_accepted(table: Effects, found: list[Reason]) -> None:
    assert (evidence_state(table, found) is EvidenceState.ACCEPTED) == (not found)


@given(reasons)
def test_used_up_attempts_are_never_asked_for_again(found: list[Reason]) -> None:
    state = evidence_state(EFFECTS, [*found, Reason.ATTEMPTS_USED])
    assert state in {EvidenceState.REVIEW, EvidenceState.DECLINED}


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ([], CheckOutcome.PASSED),
        ([REVIEW], CheckOutcome.UNSURE),
        ([UNLISTED], CheckOutcome.UNSURE),
        ([RETRY], CheckOutcome.FAILED),
        ([DECLINE], CheckOutcome.FAILED),
        ([REVIEW, DECLINE], CheckOutcome.FAILED),
    ],
)
def test_how_a_question_was_answered(found: list[Reason], outcome: CheckOutcome) -> None:
    assert check_outcome(EFFECTS, found) is outcome


@given(effects, reasons)
def test_a_question_is_passed_without_a_reason_alone(table: Effects, found: list[Reason]) -> None:
    assert (check_outcome(table, found) is CheckOutcome.PASSED) == (not found)
