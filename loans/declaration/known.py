"""What is known of a business when it declares something: its licence, and sources by consent."""

from __future__ import annotations

from uuid import UUID

from core.clock import business_day
from kyc.identity import VerifiedIdentity
from loans.declaration.evidence import RecentIntent, Shown
from loans.known.show import verified_trade
from loans.policy import LoanPolicy
from loans.profile.intents import Intent, read_intent
from loans.sources.kinds import Use
from loans.sources.signals import SignalKind, signals_for
from loans.terms.calendar import months_between
from storage.context import Context


def shown_by(context: Context, identity: VerifiedIdentity) -> Shown:
    """What the licence shows, and what sources show whose owner consented to that use.

    Searches are read where their owner consented to have them compared with a purpose.
    """
    founded, trade = identity.founded, verified_trade(context, identity.applicant_id)
    return Shown(
        business_name=identity.business_name,
        business_type=identity.business_type,
        scope=identity.scope,
        months_in_business=months_between(founded, context.today()) if founded else None,
        monthly_turnover_fen=trade.turnover_fen if trade else None,
        intents=_intents(context, identity.applicant_id),
    )


def _intents(context: Context, applicant_id: UUID) -> tuple[RecentIntent, ...]:
    rules, today = context.rules(LoanPolicy).intents, context.today()
    if rules is None:
        return ()
    searches = (
        (read_intent(signal.text, rules), (today - business_day(signal.at)).days)
        for signal in signals_for(context, applicant_id, Use.PURPOSE)
        if signal.kind is SignalKind.SEARCH
    )
    return tuple(
        RecentIntent(read.intent, age)
        for read, age in searches
        if read.intent is not Intent.NONE and read.confidence >= rules.min_confidence
    )
