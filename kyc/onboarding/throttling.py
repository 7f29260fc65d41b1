"""A pause after failures in a row, growing, and never for ever (NIST SP 800-63B-4, 3.2.2)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from access.devices import on_same_devices
from core.errors import TooMany
from kyc.evidence.models import Evidence
from kyc.evidence.states import FAILED, EvidenceState
from kyc.onboarding.models import Onboarding
from kyc.policy import OnboardingPolicy, PausePolicy
from storage.context import Context

MAX_DOUBLINGS = 32  # floats overflow further on; the longest pause is reached long before


class Paused(TooMany):
    """Too many failures in a row: wait `retry_after_s` seconds."""

    code = "paused"


def pause_s(failures: int, rules: PausePolicy) -> float:
    """How long to wait after so many failures in a row: doubled with each further one."""
    if failures < rules.failures:
        return 0.0
    further = min(failures - rules.failures, MAX_DOUBLINGS)
    return min(rules.first_s * 2.0**further, rules.max_s)


def require_no_pause(context: Context) -> None:
    """Raises `Paused` while the last failures on the actor's devices ask for a pause.

    Not those of the same identity number: a thief with a photo of the card must not be able to
    keep its owner waiting. `kyc.risk.velocity` has a person look at these.
    """
    rules = context.rules(OnboardingPolicy).pause
    failures, last = _failures_in_row(context, rules.max_counted)
    if last is None:
        return
    until = last + timedelta(seconds=pause_s(failures, rules))
    left = (until - context.now()).total_seconds()
    if left > 0:
        raise Paused(retry_after_s=max(1, math.ceil(left)))


def _failures_in_row(context: Context, max_counted: int) -> tuple[int, datetime | None]:
    """How many of the newest answers are failures, and when the newest of those was sent."""
    asked = {"applicant": context.actor.uuid, "most": max_counted}
    count, last = 0, None
    for state, at in context.session.execute(_newest_answers(), asked):
        if state not in FAILED:
            break
        count, last = count + 1, last or at
    return count, last


@cache  # every file that is sent asks, and making the statement takes longer than running it
def _newest_answers() -> sa.Select[EvidenceState, datetime]:
    """How the newest files fared that were sent on the devices of `applicant`, `most` of them."""
    applicant = sa.bindparam("applicant", type_=sa.Uuid())
    same_person = sa.or_(
        Onboarding.applicant_id == applicant,
        Onboarding.applicant_id.in_(on_same_devices(applicant)),
    )
    return (
        sa.select(Evidence.state, Evidence.submitted_at)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(
            same_person,
            Evidence.state.not_in([EvidenceState.ANALYSING, EvidenceState.SUPERSEDED]),
        )
        .order_by(Evidence.submitted_at.desc())
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )
