"""Who dealt with an account for customer service: they do not decide about its owner."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from core.actors import ActorKind
from kyc.accounts.models import Unmasking
from kyc.verification.models import Verification
from storage.context import Context


def dealt_with(context: Context, applicant_id: UUID) -> bool:
    """Whether the actor ever verified a caller of an account, or was shown its values."""
    called = sa.select(Verification.id).where(
        Verification.applicant_id == applicant_id,
        Verification.asker_kind == ActorKind.STAFF,
        Verification.asker_id == context.actor.uuid,
    )
    unmasked = sa.select(Unmasking.id).where(
        Unmasking.applicant_id == applicant_id, Unmasking.staff_id == context.actor.uuid
    )
    queries = (called, unmasked)
    return any(context.session.scalar(query.limit(1)) is not None for query in queries)
