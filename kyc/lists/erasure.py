"""Names go when an account is closed, hits with its records; neither is told to who was hit."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kyc.lists.models import AccountName, ListHit
from kyc.lists.naming import forget_names
from privacy.destruction import Doomed, destroy
from privacy.export import EXPORT
from privacy.models import DestructionCause
from privacy.registry import ERASURES, ErasureHandler
from storage.context import Context


def destroy_hits(context: Context, applicant_id: UUID) -> None:
    """Which entries named an account; the entries themselves stay."""
    own = ListHit.applicant_id == applicant_id
    rows = context.session.scalars(sa.select(ListHit.id).where(own)).all()
    if rows:
        context.session.execute(sa.delete(ListHit).where(own))
        names = tuple(f"list_hits:{row}" for row in rows)
        destroy(context, Doomed(DestructionCause.ERASURE, "list hits", applicant_id, names))


def destroy_names(context: Context, applicant_id: UUID) -> None:
    """The names by which lists were asked about an account: a closed one is not screened."""
    rows = forget_names(context, AccountName.applicant_id == applicant_id)
    if rows:
        names = tuple(f"account_names:{row}" for row in rows)
        destroy(context, Doomed(DestructionCause.ERASURE, "names for lists", applicant_id, names))


ERASURES.register(ErasureHandler(close=destroy_names, erase=destroy_hits))
EXPORT.withholds("list_hits", "the law forbids to tell (Anti-Money-Laundering Law, art. 7)")
for listed in ("listed_names", "listed_name_keys"):
    EXPORT.withholds(listed, "whom lists name: the law forbids to tell")
EXPORT.withholds("account_names", "copies of names and numbers that your documents show")
