"""An owner sees and sets how they are contacted, and says no to a contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, Invalid, NotFound
from loans.reach.contact import Preferences
from loans.reach.models import Contact, ContactPreference
from loans.reach.signals import Channel
from loans.reach.states import CONTACT, ContactState
from storage.context import Context

SHOWN = timedelta(days=30)  # contacts that an owner sees beside their preferences


class ContactHoursInvalid(Invalid):
    """The hours end before they begin."""

    code = "contact_hours_invalid"


class ContactDeclined(Conflict):
    """The person has said no to the contact already."""

    code = "contact_declined"


@dataclass(frozen=True)
class SetPreferences:
    """Channels and hours in China, the last one excluded; `opted_out`: no contact at all."""

    channels: frozenset[Channel]
    from_hour: int
    until_hour: int
    opted_out: bool


@dataclass(frozen=True)
class OwnPreferences:
    """What is in force, since when, and the contacts of thirty days, the newest first."""

    preferences: Preferences
    changed_at: datetime | None
    contacts: Sequence[Contact]


def own_preferences(context: Context) -> OwnPreferences:
    """The actor's preferences; the app alone for an owner who set none."""
    require(context, Permission.ACCOUNT_MANAGE)
    return _own(context, context.session.get(ContactPreference, context.actor.uuid))


def set_preferences(context: Context, command: SetPreferences) -> OwnPreferences:
    """Set the actor's preferences. They are in force at once: what waits to be sent is not sent.

    Raises `ContactHoursInvalid`.
    """
    require(context, Permission.ACCOUNT_MANAGE)
    if command.from_hour >= command.until_hour:
        raise ContactHoursInvalid
    owner_id = context.actor.uuid
    context.session.get_one(Applicant, owner_id, with_for_update=True)  # no contact meanwhile
    row = context.session.get(ContactPreference, owner_id)
    if row is None:
        row = ContactPreference(applicant_id=owner_id)
        context.session.add(row)
    was_out = row.opted_out_at is not None
    row.channels = sorted(command.channels)
    row.from_hour, row.until_hour = command.from_hour, command.until_hour
    row.changed_at = context.now()
    row.opted_out_at = (row.opted_out_at or context.now()) if command.opted_out else None
    context.session.flush()
    record(
        context,
        Action.CONTACT_PREFERENCES_SET,
        owner_id,
        applicant_id=owner_id,
        channels=row.channels,
        hours=[row.from_hour, row.until_hour],
        opted_out=command.opted_out,
    )
    if command.opted_out and not was_out:
        record(context, Action.CONTACT_DECLINED, owner_id, applicant_id=owner_id, why="opted_out")
    return _own(context, row)


def decline_contact(context: Context, contact_id: UUID) -> Contact:
    """Say no to a contact of the actor's own; none follows for the time that the policy names.

    Raises `NotFound`, `ContactDeclined`.
    """
    require(context, Permission.ACCOUNT_MANAGE)
    context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    contact = context.session.get(Contact, contact_id)
    if (
        contact is None
        or contact.applicant_id != context.actor.uuid
        or contact.state is ContactState.REFUSED
    ):
        raise NotFound
    if contact.state is ContactState.DECLINED:
        raise ContactDeclined
    CONTACT.move(contact, ContactState.DECLINED)
    contact.declined_at = context.now()
    record(
        context, Action.CONTACT_DECLINED, contact.id, applicant_id=context.actor.uuid, why="said_no"
    )
    return contact


def preferences_of(row: ContactPreference | None) -> Preferences:
    """What a row says; the defaults where there is none."""
    if row is None:
        return Preferences()
    return Preferences(
        channels=frozenset(Channel(one) for one in row.channels),
        from_hour=row.from_hour,
        until_hour=row.until_hour,
        opted_out=row.opted_out_at is not None,
    )


def _own(context: Context, row: ContactPreference | None) -> OwnPreferences:
    contacts = (
        sa.select(Contact)
        .where(
            Contact.applicant_id == context.actor.uuid,
            Contact.state != ContactState.REFUSED,
            Contact.at > context.now() - SHOWN,
        )
        .order_by(Contact.at.desc())
    )
    changed_at = None if row is None else row.changed_at
    shown = context.session.scalars(contacts).all()
    return OwnPreferences(preferences_of(row), changed_at, shown)
