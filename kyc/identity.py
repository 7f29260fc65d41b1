"""The one question that loans ask: who is this applicant, and what business do they have?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from kyc.decision.facts import read_card, read_licence
from kyc.evidence.repository import current_evidence, open_facts
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.onboarding.models import Onboarding
from kyc.onboarding.repository import approved_onboarding
from kyc.onboarding.states import Decision
from kyc.risk.watchlist import is_listed
from storage.context import Context

__all__ = ["VerifiedIdentity", "approved_onboarding", "verified_identity"]


@dataclass(frozen=True)
class VerifiedIdentity:
    """An approved applicant and their business, as their documents say it.

    `listed` is whether the person or the firm is on a list now.
    """

    applicant_id: UUID
    onboarding_id: UUID
    name: str
    business_name: str
    business_type: str
    scope: str
    founded: date | None
    listed: bool


def verified_identity(context: Context, applicant_id: UUID) -> VerifiedIdentity | None:
    """The identity of the newest approved onboarding, or None while there is none.

    Opening what the documents say is an event: call it in a transaction.
    """
    query = sa.select(Onboarding).where(
        Onboarding.applicant_id == applicant_id, Onboarding.decision == Decision.APPROVED
    )
    newest = query.order_by(Onboarding.decided_at.desc()).limit(1)
    onboarding = context.session.scalar(newest)
    if onboarding is None:
        return None
    owner = context.session.get_one(Applicant, applicant_id)
    evidence = current_evidence(context, onboarding.id)
    front, back, sheet = (
        open_facts(context, owner, evidence[kind.kind])
        for kind in (ID_CARD_FRONT, ID_CARD_BACK, LICENCE)
    )
    record(
        context,
        Action.FACTS_UNSEALED,
        onboarding.id,
        onboarding_id=onboarding.id,
        applicant_id=applicant_id,
        purpose="loan",
    )
    card, licence = read_card(front, back), read_licence(sheet)
    return VerifiedIdentity(
        applicant_id=applicant_id,
        onboarding_id=onboarding.id,
        name=card.name,
        business_name=licence.name,
        business_type=licence.business_type,
        scope=licence.scope,
        founded=licence.founded,
        listed=is_listed(context, onboarding.number_blind, onboarding.code_blind),
    )
