"""What an owner wanted of contacts, and the contacts, go when the account is closed."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from loans.reach.models import Contact, ContactPreference
from privacy.destruction import Doomed, destroy
from privacy.models import DestructionCause
from privacy.registry import ERASURES, ErasureHandler
from storage.context import Context


def destroy_contacts(context: Context, applicant_id: UUID) -> None:
    """No law has them kept; the log keeps that and when somebody was contacted."""
    own = Contact.applicant_id == applicant_id
    rows = context.session.scalars(sa.select(Contact.id).where(own)).all()
    set_ones = ContactPreference.applicant_id == applicant_id
    had = context.session.scalar(sa.select(ContactPreference.applicant_id).where(set_ones))
    context.session.execute(sa.delete(Contact).where(own))
    context.session.execute(sa.delete(ContactPreference).where(set_ones))
    names = (
        *(f"contacts:{row}" for row in rows),
        *((f"contact_preferences:{had}",) if had else ()),
    )
    if names:
        destroy(context, Doomed(DestructionCause.ERASURE, "contacts", applicant_id, names))


ERASURES.register(ErasureHandler(close=destroy_contacts))
