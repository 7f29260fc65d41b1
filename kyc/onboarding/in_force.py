"""Which onboarding of an account is in force: its newest approved one, and its latest decision.

A decision counts from when it was final: a case that people settled from their verdict on. A case
that still waits for them counts from when it was sent to them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from storage.context import Context

FINAL = (Decision.APPROVED, Decision.DECLINED)


def latest_decided(context: Context, applicant_id: UUID) -> Onboarding | None:
    """The onboarding of an account that was decided last, whatever the decision was."""
    decided = _newest(applicant_id).where(Onboarding.decision.is_not(None))
    return context.session.scalar(decided)


def newest_approved(
    context: Context, applicant_id: UUID, besides: UUID | None = None
) -> Onboarding | None:
    """The onboarding whose identity and templates an account has; None before the first approval.

    `besides` is an onboarding that is left out: one that is compared with those before it.
    """
    approved = _newest(applicant_id).where(Onboarding.decision == Decision.APPROVED)
    if besides is not None:
        approved = approved.where(Onboarding.id != besides)
    return context.session.scalar(approved)


def is_superseded(onboarding_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the account of an onboarding has a later final decision, as a condition in SQL."""
    this, later = aliased(Onboarding), aliased(Onboarding)
    return sa.exists().where(
        this.id == onboarding_id,
        later.applicant_id == this.applicant_id,
        later.decision.in_(FINAL),
        _settled_at(later) > _settled_at(this),
    )


def _newest(applicant_id: UUID) -> sa.Select[Onboarding]:
    newest_first = (_settled_at(Onboarding).desc(), Onboarding.id.desc())
    own = sa.select(Onboarding).where(Onboarding.applicant_id == applicant_id)
    return own.order_by(*newest_first).limit(1)


def _settled_at(of: type[Onboarding]) -> sa.ColumnElement[datetime | None]:
    return sa.func.coalesce(of.reviewed_at, of.decided_at)
