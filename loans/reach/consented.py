"""The contact lane as owners consented to it: their signals with the use `contact`, and channels.

The consent says that signals may be used for contacting; the channels are those that the owner set
in their preferences, and the app alone for who set none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.clock import CHINA
from loans.reach.models import ContactPreference
from loans.reach.policy import ReachPolicy
from loans.reach.signals import Channel, Consents, Intent, LaneSignals
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import SourceConsent
from loans.sources.signals import KnownSignal, signals_for
from storage.context import Context

DAY, MONTH = timedelta(days=1), timedelta(days=30)
IntentReader = Callable[[str], str]  # the words of a search: the class of its intent


class ConsentedLane:
    """Satisfies `ContactLane`. Without a reader, the words of searches say nothing."""

    def __init__(self, intent_of: IntentReader | None = None) -> None:
        self._intent_of = intent_of

    def people(self, context: Context, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Accounts with a consent in force to be contacted by their signals, by id."""
        people = _in_force(context).with_only_columns(SourceConsent.applicant_id).distinct()
        if after is not None:
            people = people.where(SourceConsent.applicant_id > after)
        ordered = people.order_by(SourceConsent.applicant_id).limit(limit)
        return list(context.session.scalars(ordered))

    def consents(self, context: Context, applicant_id: UUID) -> Consents:
        """Until when each channel may be used."""
        last = _in_force(context).with_only_columns(sa.func.max(SourceConsent.ends_at))
        until = context.session.scalar(last.where(SourceConsent.applicant_id == applicant_id))
        if until is None:
            return Consents()
        row = context.session.get(ContactPreference, applicant_id)
        chosen = [Channel.APP] if row is None else [Channel(one) for one in row.channels]
        return Consents(dict.fromkeys(chosen, until))

    def signals(self, context: Context, applicant_id: UUID) -> LaneSignals:
        """What the owner looked for and did, if they consented to this use of it."""
        known = signals_for(context, applicant_id, Use.CONTACT)
        kinds = context.rules(ReachPolicy).kinds
        now = context.now()
        intents = (
            Intent(kind, (now - one.at) / DAY)
            for one in known
            if (kind := self._kind(one, kinds)) is not None
        )
        return LaneSignals(
            tuple(intents),
            sum(one.at > now - MONTH for one in known),
            tuple(one.at.astimezone(CHINA).hour for one in known),
        )

    def _kind(self, signal: KnownSignal, kinds: dict[str, str]) -> str | None:
        if signal.text and self._intent_of is not None:
            return self._intent_of(signal.text)
        return kinds.get(signal.kind)


def _in_force(context: Context) -> sa.Select[SourceConsent]:
    return sa.select(SourceConsent).where(
        SourceConsent.source == SourceKind.SIGNALS,
        SourceConsent.use == Use.CONTACT,
        SourceConsent.withdrawn_at.is_(None),
        SourceConsent.ends_at > context.now(),
    )
