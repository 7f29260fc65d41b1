"""What was concluded of signals goes with the consent to use them."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from loans.reach.models import Contact
from loans.sources.changes import CHANGES, Follower, untold
from loans.sources.consent import is_consented
from loans.sources.kinds import SourceKind, Use
from storage.context import Context


def forget_wishes(context: Context, applicant_id: UUID) -> None:
    """Empty what contacts were about, unless their owner consents to it.

    That somebody was contacted stays: its caps are counted by it.
    """
    if is_consented(context, applicant_id, SourceKind.SIGNALS, (Use.CONTACT,)):
        return
    own = sa.update(Contact).where(Contact.applicant_id == applicant_id)
    context.session.execute(own.values(product=None, response=None))


CHANGES.register(Follower(learnt=untold, forgotten=forget_wishes))
