"""Checks are recorded with the policy that judged them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.entries import digest
from audit.writer import record
from core.ids import new_id
from core.reasons import Reason
from kyc.analysis.measurements import without_values
from kyc.decision.decide import check_outcome
from kyc.decision.models import Check
from kyc.evidence.repository import current_evidence
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from kyc.policy import EffectsPolicy
from storage.context import Context


@dataclass(frozen=True)
class Answer:
    """The answer to one question: reasons against, measurements, models and time."""

    kind: str
    reasons: Sequence[Reason]
    measurements: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    evidence_id: UUID | None = None


def record_check(context: Context, onboarding: Onboarding, answer: Answer) -> Check:
    """Keep an answer, and an event of it with digests of what was measured by which models."""
    outcome = check_outcome(context.rules(EffectsPolicy).effects, answer.reasons)
    check = Check(
        id=new_id(),
        onboarding_id=onboarding.id,
        evidence_id=answer.evidence_id,
        kind=answer.kind,
        outcome=outcome,
        reasons=list(answer.reasons),
        measurements=without_values(answer.measurements),
        models=dict(answer.models),
        duration_ms=round(answer.seconds * 1000),
        at=context.now(),
    )
    context.session.add(check)
    record(
        context,
        Action.CHECK_RECORDED,
        check.id,
        onboarding_id=onboarding.id,
        applicant_id=onboarding.applicant_id,
        kind=answer.kind,
        outcome=outcome,
        reasons=check.reasons,
        policy=context.policy.version,
        measurements=digest(check.measurements),
        models=digest(check.models),
    )
    return check


def reasons_of(context: Context, onboarding_id: UUID, lasting: Collection[str]) -> list[str]:
    """What the checks of the evidence in force, and those across them, have against it.

    Of faces and voices that were replaced, `lasting` reasons stay. Papers keep theirs by themselves
    (`kyc.decision.takes`).
    """
    in_force = {evidence.id for evidence in current_evidence(context, onboarding_id).values()}
    checks = sa.select(Check).where(Check.onboarding_id == onboarding_id)
    reasons = [
        reason
        for check in context.session.scalars(checks)
        for reason in check.reasons
        if check.evidence_id is None
        or check.evidence_id in in_force
        or (TYPES.of(check.kind).recording and reason in lasting)
    ]
    return list(dict.fromkeys(reasons))
