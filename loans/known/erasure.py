"""What becomes of a profile and of objections when an account ends."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from loans.known.build import BUILD_PROFILE
from loans.known.models import OBJECTION_TEXT, OBJECTION_VALUE, Objection, Profile
from privacy.destruction import Doomed, destroy
from privacy.export import EXPORT
from privacy.models import DestructionCause
from privacy.registry import ERASURES, ErasureHandler
from storage.context import Context
from storage.queue import withdraw


def _close(context: Context, applicant_id: UUID) -> None:
    """Nothing that was computed is needed any more; what was decided by it is on record."""
    withdraw(context, BUILD_PROFILE, applicant_id)
    profile = context.session.get(Profile, applicant_id, with_for_update=True)
    if profile is not None:
        context.session.delete(profile)
        names = (f"profiles:{applicant_id}",)
        destroy(context, Doomed(DestructionCause.ERASURE, "profile", applicant_id, names))


def _erase(context: Context, applicant_id: UUID) -> None:
    own = sa.select(Objection).where(
        Objection.applicant_id == applicant_id, Objection.text.is_not(None)
    )
    names = []
    for row in context.session.scalars(own):
        row.text = row.value = None
        names += [f"objections.text:{row.id}", f"objections.value:{row.id}"]
    if names:
        doomed = Doomed(DestructionCause.ERASURE, "objections", applicant_id, tuple(names))
        destroy(context, doomed)


ERASURES.register(ErasureHandler(close=_close, erase=_erase))
EXPORT.opens(OBJECTION_TEXT)
EXPORT.opens(OBJECTION_VALUE)
