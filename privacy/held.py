"""Whether a person's data are under a legal hold, for one person and within queries."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from privacy.models import LegalHold
from storage.context import Context


def hold_in_force() -> sa.ColumnElement[bool]:
    """The condition of a hold that was not lifted."""
    return LegalHold.lifted_at.is_(None)


def is_held(context: Context, applicant_id: UUID) -> bool:
    """Whether nothing of a person may be deleted now."""
    query = sa.select(LegalHold.id).where(LegalHold.applicant_id == applicant_id, hold_in_force())
    return context.session.scalar(query.limit(1)) is not None


def not_held(
    applicant_id: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
) -> sa.ColumnElement[bool]:
    """Within a query: the person of a row, if it has one, is under no hold."""
    return ~sa.exists().where(LegalHold.applicant_id == applicant_id, hold_in_force())
