"""How often a device, or an identity number, is seen: what rings do and families do not."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kyc.risk.rules import VelocityRules
from kyc.onboarding.models import Device, Evidence, Onboarding
from storage.database import utc_now
from storage.keyring import Vault

FAILED = ("retry", "declined")


def see_device(session: Session, vault: Vault, applicant_id: UUID, device: str) -> None:
    """Remember, as a blind index, that this applicant signed in on this device."""
    key = (vault.blind("device", device), applicant_id)
    known = session.get(Device, key)
    if known is None:
        session.add(Device(device_blind=key[0], applicant_id=applicant_id))
    else:
        known.seen_at = utc_now()


def on_same_devices(applicant_id: UUID) -> sa.Select[UUID]:
    """Query of the applicants who signed in where this one did, themself among them."""
    theirs, shared = aliased(Device), aliased(Device)
    return (
        sa.select(shared.applicant_id)
        .join(theirs, theirs.device_blind == shared.device_blind)
        .where(theirs.applicant_id == applicant_id)
    )


def velocity_reasons(
    session: Session, onboarding: Onboarding, rules: VelocityRules
) -> tuple[list[str], dict[str, object]]:
    """`device_shared`, `identity_attempts_used`; with the counts, which a reviewer may see."""
    since = utc_now() - timedelta(days=rules.days)
    people = _people_on_device(session, onboarding.applicant_id, since)
    failures = _failures_of_number(session, onboarding, since)
    reasons = ["device_shared"] if people > rules.most_on_device else []
    if failures > rules.most_failures_of_number:
        reasons.append("identity_attempts_used")
    return reasons, {"people_on_device": people, "failures_of_number": failures}


def _people_on_device(session: Session, applicant_id: UUID, since: datetime) -> int:
    """The most applicants that any one of this applicant's devices has seen."""
    theirs, shared = aliased(Device), aliased(Device)
    query = (
        sa.select(sa.func.count(shared.applicant_id))
        .join(theirs, theirs.device_blind == shared.device_blind)
        .where(theirs.applicant_id == applicant_id, shared.seen_at > since)
        .group_by(shared.device_blind)
        .order_by(sa.func.count(shared.applicant_id).desc())
    )
    return session.scalar(query.limit(1)) or 0


def _failures_of_number(session: Session, onboarding: Onboarding, since: datetime) -> int:
    """Face videos that failed under this identity number, whoever sent them."""
    if onboarding.number_blind is None:
        return 0
    query = (
        sa.select(sa.func.count(Evidence.id))
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(
            Onboarding.number_blind == onboarding.number_blind,
            Evidence.kind == "face_video",
            Evidence.state.in_(FAILED),
            Evidence.submitted_at > since,
        )
    )
    return session.scalar(query) or 0
