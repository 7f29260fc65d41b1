"""Contacts are planned: who consented, likely wants a product, and has a moment now is contacted.

The audit log is the outbox: `contact.made` is what a system is notified of that sends messages
(`app.webhooks`). The check of the caps and the record of a contact are one transaction under the
account's lock, so that two planners at once make one contact.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from core.clock import CHINA, business_day
from core.ids import new_id
from loans.models import Application
from loans.reach.contact import History, Preferences, Refusal, refusal
from loans.reach.lane import ContactLane
from loans.reach.models import Contact, ContactPreference
from loans.reach.moment import best_channel, next_moment, product_of
from loans.reach.policy import ReachPolicy
from loans.reach.preferences import preferences_of
from loans.reach.response import response_score
from loans.reach.signals import Channel, Consents
from loans.reach.states import CONTACT, ContactState
from loans.states import APPLICATION
from storage.context import Context, ResourceMissing

MONTH = timedelta(days=30)
UNDER_WAY = tuple(state for state, following in APPLICATION.steps.items() if following)
# Who wants no contact is no candidate: nothing is told of it, day after day.
SILENT = frozenset({Refusal.OPTED_OUT, Refusal.NO_CONSENT, Refusal.CHANNEL_OFF})

Transactions = Callable[[], AbstractContextManager[Context]]


@dataclass(frozen=True)
class Wish:
    """What a person may be contacted about, and how likely they take it."""

    product: str
    response: float


@dataclass(frozen=True)
class Planned:
    """What one planning did; `after` is the last person it looked at, None if there were none."""

    made: int
    refused: int
    after: UUID | None


def plan_contacts(reading: Transactions, transaction: Transactions, after: UUID | None) -> Planned:
    """Look at the next people of the lane, each in a transaction of their own."""
    with reading() as context:
        lane, rules = _lane(context), _rules(context)
        people = [] if lane is None or rules is None else lane.people(context, after, rules.at_once)
    states = []
    for person in people:
        with transaction() as context:
            contact = contact_now(context, person)
        states.append(None if contact is None else contact.state)
    made, refused = states.count(ContactState.MADE), states.count(ContactState.REFUSED)
    return Planned(made, refused, people[-1] if people else None)


def contact_now(context: Context, applicant_id: UUID) -> Contact | None:
    """Contact a person if all speaks for it; a contact that the rules refuse is kept once a day.

    None for who is not to be contacted now: no wish, a better moment later, a closed account.
    """
    lane, rules = _lane(context), _rules(context)
    owner = context.session.get(Applicant, applicant_id, with_for_update=True)
    if lane is None or rules is None or owner is None or owner.is_closed:
        return None
    preferences = preferences_of(context.session.get(ContactPreference, applicant_id))
    consents = lane.consents(context, applicant_id)
    channel = best_channel(context.now(), preferences, consents)
    if preferences.opted_out or channel is None or _is_applying(context, applicant_id):
        return None
    wish = _wish(context, lane, rules, applicant_id, preferences)
    if wish is None:
        return None
    why = refusal(
        context.now(), channel, preferences, consents, _history(context, applicant_id), rules
    )
    if why in SILENT or (why is not None and _was_refused_today(context, applicant_id, why)):
        return None
    not_after = _last_instant(context, preferences, rules)
    return _keep(context, applicant_id, channel, wish, why, not_after)


def may_still_be_sent(context: Context, contact_id: UUID) -> bool:
    """Whether a contact that waits to be sent may be: in time, and its person still wants it."""
    contact = context.session.get(Contact, contact_id)
    lane = _lane(context)
    if contact is None or lane is None or contact.state is not ContactState.MADE:
        return False
    row = context.session.get(ContactPreference, contact.applicant_id)
    preferences, now = preferences_of(row), context.now()
    consents: Consents = lane.consents(context, contact.applicant_id)
    wanted = not preferences.opted_out and contact.channel in preferences.channels
    return wanted and now <= contact.not_after and consents.covers(contact.channel, now)


def _wish(
    context: Context,
    lane: ContactLane,
    rules: ReachPolicy,
    applicant_id: UUID,
    preferences: Preferences,
) -> Wish | None:
    """What the person likely wants, if now is the best moment for it."""
    signals = lane.signals(context, applicant_id)
    moment = next_moment(context.now(), signals, preferences, rules)
    product = product_of(signals, rules)
    if product is None or moment is None or moment > context.now():
        return None
    unanswered = _unanswered(context, applicant_id)
    score = response_score(signals, unanswered, rules.response).probability
    return Wish(product, score) if score >= rules.min_response else None


def _keep(
    context: Context,
    applicant_id: UUID,
    channel: Channel,
    wish: Wish,
    why: Refusal | None,
    not_after: datetime,
) -> Contact:
    contact = Contact(
        id=new_id(),
        applicant_id=applicant_id,
        channel=channel,
        product=wish.product,
        response=round(wish.response, 4),
        refusal=why,
        at=context.now(),
        not_after=not_after,
    )
    CONTACT.begin(contact, ContactState.MADE if why is None else ContactState.REFUSED)
    context.session.add(contact)
    context.session.flush()
    _tell(context, contact)
    return contact


def _tell(context: Context, contact: Contact) -> None:
    record(
        context,
        Action.CONTACT_MADE if contact.refusal is None else Action.CONTACT_REFUSED,
        contact.id,
        applicant_id=contact.applicant_id,
        channel=contact.channel,
        product=contact.product,
        not_after=contact.not_after.isoformat(),
        why=contact.refusal,
    )


def _last_instant(context: Context, preferences: Preferences, rules: ReachPolicy) -> datetime:
    """Until when a contact of now may be sent: within the hours of today."""
    local = context.now().astimezone(CHINA)
    last = min(rules.until_hour, preferences.until_hour)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(hours=last) - timedelta(seconds=1)
    return end.astimezone(context.now().tzinfo)


def _history(context: Context, applicant_id: UUID) -> History:
    made = sa.select(Contact.at).where(
        Contact.applicant_id == applicant_id,
        Contact.state != ContactState.REFUSED,
        Contact.at > context.now() - MONTH,
    )
    said_no = sa.select(sa.func.max(Contact.declined_at)).where(
        Contact.applicant_id == applicant_id
    )
    return History(tuple(context.session.scalars(made)), context.session.scalar(said_no))


def _unanswered(context: Context, applicant_id: UUID) -> int:
    """Contacts of thirty days that no application followed."""
    newest = sa.select(sa.func.max(Application.made_at)).where(
        Application.applicant_id == applicant_id
    )
    since = context.now() - MONTH
    answered = context.session.scalar(newest)
    count = sa.select(sa.func.count()).where(
        Contact.applicant_id == applicant_id,
        Contact.state == ContactState.MADE,
        Contact.at > (since if answered is None else max(since, answered)),
    )
    return context.session.scalar(count) or 0


def _is_applying(context: Context, applicant_id: UUID) -> bool:
    """Whether an application is under way: who has one needs no message."""
    own = sa.select(Application.id).where(
        Application.applicant_id == applicant_id, Application.state.in_(UNDER_WAY)
    )
    return context.session.scalar(own.limit(1)) is not None


def _was_refused_today(context: Context, applicant_id: UUID, why: Refusal) -> bool:
    last = sa.select(sa.func.max(Contact.at)).where(
        Contact.applicant_id == applicant_id, Contact.refusal == why
    )
    at = context.session.scalar(last)
    return at is not None and business_day(at) == context.today()


def _lane(context: Context) -> ContactLane | None:
    try:
        return context.resource(ContactLane)
    except ResourceMissing:
        return None


def _rules(context: Context) -> ReachPolicy | None:
    try:
        return context.rules(ReachPolicy)
    except KeyError:
        return None
