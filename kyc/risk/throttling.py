"""A pause after failures in a row, growing, and never for ever (NIST SP 800-63B-4, 3.2.2)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyc.risk.rules import PauseRules
from kyc.onboarding.models import Evidence, Onboarding
from kyc.risk.velocity import FAILED, on_same_devices
from storage.database import utc_now
from storage.failures import TooMany

LOOKED_AT = 50  # newest pieces of evidence


class Paused(TooMany):
    code = "paused"
    detail = "连续失败次数过多，请稍等片刻再试。Too many failures in a row: wait a little."

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.retry_after_s = max(1, math.ceil(seconds))


def require_no_pause(session: Session, applicant_id: UUID, rules: PauseRules) -> None:
    """Raises `Paused` while the last failures of whoever shares their devices ask for a pause.

    Not those of the same identity number: a thief with a photo of the card must not be able to keep
    its owner waiting. `kyc.velocity` has a person look at these.
    """
    failures, last = _failures_in_row(session, applicant_id)
    if last is None:
        return
    left = (last + timedelta(seconds=rules.seconds(failures)) - utc_now()).total_seconds()
    if left > 0:
        raise Paused(left)


def _failures_in_row(session: Session, applicant_id: UUID) -> tuple[int, datetime | None]:
    """How many of the newest answers are failures, and when the newest of those was sent."""
    same_person = sa.or_(
        Onboarding.applicant_id == applicant_id,
        Onboarding.applicant_id.in_(on_same_devices(applicant_id)),
    )
    newest = (
        sa.select(Evidence.state, Evidence.submitted_at)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(
            same_person,
            Evidence.state.not_in(["analysing", "superseded"]),
        )
        .order_by(Evidence.submitted_at.desc())
        .limit(LOOKED_AT)
    )
    count, last = 0, None
    for state, at in session.execute(newest):
        if state not in FAILED:
            break
        count, last = count + 1, last or at
    return count, last
