"""The rules of decisions, pure: reasons and the policy's effects in, states out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.reasons import Reason
from kyc.decision.models import CheckOutcome
from kyc.evidence.states import EvidenceState
from kyc.onboarding.states import Decision
from kyc.policy import Effect

Effects = Mapping[Any, Effect]  # by the reason's code; other versions of the policy know others


def effect_of(effects: Effects, reason: str) -> Effect:
    """What a reason does; one that the policy does not know is reviewed by a person."""
    return effects.get(reason, Effect.REVIEW)


def decide(effects: Effects, reasons: Sequence[str]) -> Decision:
    """A policy's decision: one reason to decline suffices, any other is reviewed."""
    found = {effect_of(effects, reason) for reason in reasons}
    if Effect.DECLINE in found:
        return Decision.DECLINED
    return Decision.REVIEW if found else Decision.APPROVED


def evidence_state(effects: Effects, reasons: Sequence[Reason]) -> EvidenceState:
    """What becomes of a piece of evidence. Used-up attempts go to a person, not to another try."""
    found = {effect_of(effects, reason) for reason in reasons}
    if Effect.DECLINE in found:
        return EvidenceState.DECLINED
    if Reason.ATTEMPTS_USED in reasons:
        return EvidenceState.REVIEW
    if Effect.RETRY in found:
        return EvidenceState.RETRY
    return EvidenceState.REVIEW if found else EvidenceState.ACCEPTED


def check_outcome(effects: Effects, reasons: Sequence[Reason]) -> CheckOutcome:
    """How a question was answered: unsure where nothing but a person's review follows."""
    if not reasons:
        return CheckOutcome.PASSED
    if all(effect_of(effects, reason) is Effect.REVIEW for reason in reasons):
        return CheckOutcome.UNSURE
    return CheckOutcome.FAILED
