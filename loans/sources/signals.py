"""What an owner searched for and did in the app, kept where it was consented to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Invalid, TooMany
from core.ids import new_id
from loans.policy import LoanPolicy
from loans.sources.consent import is_consented, require_source_consent
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import SIGNAL_TEXT, Signal
from storage.context import Context


class SignalKind(StrEnum):
    """What was done."""

    SEARCH = "search"
    PRODUCT_VIEWED = "product_viewed"
    CALCULATOR_USED = "calculator_used"
    APPLICATION_LEFT = "application_left"


class SignalNotOfNow(Invalid):
    """A signal is of the future, or older than signals are kept."""

    code = "signal_not_of_now"


class SignalsUsed(TooMany):
    """The account sent as many signals today, or in all, as one may."""

    code = "signals_used"
    retry_after_s = 3600


@dataclass(frozen=True)
class NewSignal:
    """What was done, when, and the words of a search."""

    kind: SignalKind
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class KnownSignal:
    """A signal, opened."""

    kind: SignalKind
    at: datetime
    text: str


def receive_signals(context: Context, signals: Sequence[NewSignal]) -> int:
    """Keep signals of the actor's; returns how many.

    Raises `privacy.consents.ConsentMissing`, `SignalNotOfNow`, `SignalsUsed`.
    """
    require(context, Permission.LOAN_MANAGE)
    rules, now = context.rules(LoanPolicy).known_by, context.now()
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    require_source_consent(context, owner.id, SourceKind.SIGNALS)
    oldest = now - timedelta(days=rules.signal_days)
    if any(not oldest <= signal.at <= now for signal in signals):
        raise SignalNotOfNow
    own = sa.select(sa.func.count(Signal.id)).where(Signal.applicant_id == owner.id)
    today = own.where(Signal.received_at > now - timedelta(days=1))
    for counted, most in ((today, rules.max_signals), (own, rules.max_kept_signals)):
        if (context.session.scalar(counted) or 0) + len(signals) > most:
            raise SignalsUsed
    for signal in signals:
        row = Signal(
            id=new_id(),
            applicant_id=owner.id,
            kind=signal.kind,
            at=signal.at,
            received_at=now,
        )
        if signal.text:
            row.text = SIGNAL_TEXT.seal(context.keyring, owner, row.id, signal.text.encode())
        context.session.add(row)
    record(context, Action.SIGNALS_RECEIVED, owner.id, applicant_id=owner.id, count=len(signals))
    return len(signals)


def signals_for(context: Context, applicant_id: UUID, use: Use) -> list[KnownSignal]:
    """Signals of an account that may be used for something, the newest first; else none."""
    if not is_consented(context, applicant_id, SourceKind.SIGNALS, (use,)):
        return []
    rules = context.rules(LoanPolicy).known_by
    oldest = context.now() - timedelta(days=rules.signal_days)
    owner = context.session.get_one(Applicant, applicant_id)
    kept = sa.select(Signal).where(Signal.applicant_id == applicant_id, Signal.at >= oldest)
    newest = kept.order_by(Signal.at.desc()).limit(rules.max_kept_signals)
    return [
        KnownSignal(SignalKind(row.kind), row.at, _text(context, owner, row))
        for row in context.session.scalars(newest)
    ]


def _text(context: Context, owner: Applicant, row: Signal) -> str:
    if row.text is None:
        return ""
    return SIGNAL_TEXT.open(context.keyring, owner, row.id, row.text).decode()
