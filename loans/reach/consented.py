"""The contact lane out of consents to sources: what was agreed to for contact, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.clock import CHINA, business_day
from loans.policy import LoanPolicy
from loans.profile.intents import Search, read_intents
from loans.reach.signals import Channel, Consents, Intent, LaneSignals
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import SourceConsent
from loans.sources.signals import KnownSignal, SignalKind, signals_for
from storage.context import Context

VISITS = timedelta(days=30)


class ConsentedLane:
    """Satisfies `loans.reach.lane.ContactLane`.

    Whoever consents to the use of signals for contact is contacted on channels of their own
    preference, while the consent stands.
    """

    def people(self, context: Context, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Accounts with a consent in force, by id, those after one."""
        found = self._in_force(context).with_only_columns(SourceConsent.applicant_id).distinct()
        if after is not None:
            found = found.where(SourceConsent.applicant_id > after)
        ordered = found.order_by(SourceConsent.applicant_id).limit(limit)
        return list(context.session.scalars(ordered))

    def consents(self, context: Context, applicant_id: UUID) -> Consents:
        """Until when a person may be contacted; the channels are the person's preference."""
        own = self._in_force(context).where(SourceConsent.applicant_id == applicant_id)
        ends = [consent.ends_at for consent in context.session.scalars(own)]
        return Consents(dict.fromkeys(Channel, max(ends)) if ends else {})

    def signals(self, context: Context, applicant_id: UUID) -> LaneSignals:
        """What a person searched for, how often they came, and at which hours in China."""
        known = signals_for(context, applicant_id, Use.CONTACT)
        recent = [signal for signal in known if signal.at > context.now() - VISITS]
        return LaneSignals(
            intents=_intents(context, known),
            visits=len({business_day(signal.at) for signal in recent}),
            active_hours=tuple(signal.at.astimezone(CHINA).hour for signal in recent),
        )

    def _in_force(self, context: Context) -> sa.Select[SourceConsent]:
        return sa.select(SourceConsent).where(
            SourceConsent.source == SourceKind.SIGNALS,
            SourceConsent.use == Use.CONTACT,
            SourceConsent.withdrawn_at.is_(None),
            SourceConsent.ends_at > context.now(),
        )


def _intents(context: Context, known: Sequence[KnownSignal]) -> tuple[Intent, ...]:
    rules = context.rules(LoanPolicy).intents
    if rules is None:
        return ()
    today = context.today()
    searches = [
        Search(signal.text, business_day(signal.at))
        for signal in known
        if signal.kind is SignalKind.SEARCH
    ]
    found = read_intents(searches, today, rules)
    return tuple(Intent(one.intent, (today - one.last_on).days) for one in found)
