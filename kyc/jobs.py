"""What a job needs to be done, and where its finding goes, by the kind of job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyc.verification import voice as calls
from kyc.analysis.analyser import Finding
from kyc.decision.record import record_finding
from kyc.services import Desk
from kyc.onboarding.models import Applicant, Challenge, Evidence, Onboarding


def brief(
    session: Session, desk: Desk, kind: str, subject_id: UUID
) -> tuple[bytes, dict[str, Any]]:
    """The bytes to analyse and what was asked of whoever sent them."""
    if kind == calls.KIND:
        return calls.brief(session, desk, subject_id)
    query = (
        sa.select(Applicant, Challenge.asked)
        .select_from(Evidence)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .join(Applicant, Applicant.id == Onboarding.applicant_id)
        .outerjoin(Challenge, Challenge.id == Evidence.challenge_id)
        .where(Evidence.id == subject_id)
    )
    applicant, asked = session.execute(query).one()
    return desk.read_media(applicant, subject_id), asked or {}


def record(
    session: Session, desk: Desk, kind: str, subject_id: UUID, finding: Finding,
    models: Mapping[str, str],
) -> None:  # fmt: skip
    if kind == calls.KIND:
        calls.record_call(session, subject_id, finding, models)
    else:
        record_finding(session, desk, subject_id, finding, models)
