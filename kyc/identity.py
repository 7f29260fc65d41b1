"""The one question that loans ask: who is this applicant, and what business do they have?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyc.decision import APPROVED, open_facts
from kyc.desk import Desk
from kyc.onboarding import current_evidence
from kyc.tables import Applicant, Onboarding
from ocr.identifiers import read_date


@dataclass(frozen=True)
class VerifiedIdentity:
    """An approved applicant and their business, as their documents say it."""

    applicant_id: UUID
    onboarding_id: UUID
    name: str
    business_name: str
    business_type: str
    scope: str
    founded: date | None
    number_blind: str
    code_blind: str


def verified_identity(session: Session, desk: Desk, applicant_id: UUID) -> VerifiedIdentity | None:
    """The identity of the newest approved onboarding, or None while there is none."""
    query = sa.select(Onboarding).where(
        Onboarding.applicant_id == applicant_id, Onboarding.decision == APPROVED
    )
    onboarding = session.scalar(query.order_by(Onboarding.decided_at.desc()).limit(1))
    if onboarding is None:
        return None
    applicant = session.get_one(Applicant, applicant_id)
    evidence = {item.kind: item for item in current_evidence(session, onboarding.id)}
    card = open_facts(desk, applicant, evidence["id_card_front"])
    licence = open_facts(desk, applicant, evidence["licence"])
    return VerifiedIdentity(
        applicant_id=applicant_id,
        onboarding_id=onboarding.id,
        name=card.get("姓名", ""),
        business_name=licence.get("名称", ""),
        business_type=licence.get("类型", ""),
        scope=licence.get("经营范围", ""),
        founded=read_date(licence.get("成立日期", "")),
        number_blind=onboarding.number_blind or "",
        code_blind=onboarding.code_blind or "",
    )
