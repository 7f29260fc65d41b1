"""What a declaration shows of searches goes with the consent to compare them with a purpose."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from loans.declaration.uses import SEARCHES
from loans.models import Declaration
from loans.sources.changes import CHANGES, Follower, untold
from loans.sources.consent import is_consented
from loans.sources.kinds import SourceKind, Use
from storage.context import Context


def forget_searches(context: Context, applicant_id: UUID) -> None:
    """Remove what only searches showed, unless their owner consents to it.

    How the declaration compared as a whole stays: it is a record of why somebody looked at it.
    """
    if is_consented(context, applicant_id, SourceKind.SIGNALS, (Use.PURPOSE,)):
        return
    own = sa.select(Declaration).where(Declaration.applicant_id == applicant_id)
    for declaration in context.session.scalars(own.with_for_update()):
        kept = [one for one in declaration.evidence or () if one["known"] != SEARCHES]
        if kept != (declaration.evidence or []):
            declaration.evidence = kept


CHANGES.register(Follower(learnt=untold, forgotten=forget_searches))
