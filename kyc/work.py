"""What a job needs to be done, and where its finding goes, by the kind of job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kyc import calls
from kyc.analysis import Finding
from kyc.decision import record_finding
from kyc.desk import Desk
from kyc.tables import Applicant, Challenge, Evidence, Onboarding


def brief(
    session: Session, desk: Desk, kind: str, subject_id: UUID
) -> tuple[bytes, dict[str, Any]]:
    """The bytes to analyse and what was asked of whoever sent them."""
    if kind == calls.KIND:
        return calls.brief(session, desk, subject_id)
    evidence = session.get_one(Evidence, subject_id)
    onboarding = session.get_one(Onboarding, evidence.onboarding_id)
    applicant = session.get_one(Applicant, onboarding.applicant_id)
    challenge = session.get(Challenge, evidence.challenge_id) if evidence.challenge_id else None
    return desk.read_media(applicant, evidence.id), challenge.asked if challenge else {}


def record(
    session: Session, desk: Desk, kind: str, subject_id: UUID, finding: Finding,
    models: Mapping[str, str],
) -> None:  # fmt: skip
    if kind == calls.KIND:
        calls.record_call(session, subject_id, finding, models)
    else:
        record_finding(session, desk, subject_id, finding, models)
