"""People who consented to be contacted, as the tests say, and a contact that was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.services import Services
from core.ids import new_id
from loans.reach.models import Contact
from loans.reach.signals import Channel, Consents, Intent, LaneSignals
from loans.reach.states import CONTACT, ContactState
from storage.context import Context

EVER = datetime(2100, 1, 1, tzinfo=UTC)
KEEN = LaneSignals((Intent("stock_purchase", 0.5),), visits=6, active_hours=(14, 14, 14))


@dataclass
class FixedLane:
    """Satisfies `ContactLane`: says what the test says of each person."""

    signals_of: dict[UUID, LaneSignals] = field(default_factory=dict)
    until: Mapping[Channel, datetime] = field(default_factory=lambda: {Channel.APP: EVER})

    def people(self, _context: Context, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Everybody of whom something is known."""
        ordered = sorted(self.signals_of)
        return [one for one in ordered if after is None or one > after][:limit]

    def consents(self, _context: Context, _applicant_id: UUID) -> Consents:
        """The same for everybody."""
        return Consents(self.until)

    def signals(self, _context: Context, applicant_id: UUID) -> LaneSignals:
        """What the test says of a person."""
        return self.signals_of[applicant_id]


def contacted(services: Services, applicant_id: UUID) -> UUID:
    """A contact that was made with somebody."""
    with services.transaction() as context:
        contact = Contact(
            id=new_id(),
            applicant_id=applicant_id,
            channel=Channel.APP,
            product="working_capital",
            response=0.1,
            at=context.now(),
            not_after=context.now() + timedelta(hours=1),
        )
        CONTACT.begin(contact, ContactState.MADE)
        context.session.add(contact)
        return contact.id
