"""Contacts and preferences, for their owner."""

from __future__ import annotations

from app.schemas.contacts import ContactPreferencesResponse, ContactResponse
from loans.reach.models import Contact
from loans.reach.preferences import OwnPreferences


def present_preferences(own: OwnPreferences) -> ContactPreferencesResponse:
    """What is in force, with the contacts of thirty days."""
    wanted = own.preferences
    return ContactPreferencesResponse(
        channels=sorted(wanted.channels),
        from_hour=wanted.from_hour,
        until_hour=wanted.until_hour,
        opted_out=wanted.opted_out,
        changed_at=own.changed_at,
        contacts=[present_contact(one) for one in own.contacts],
    )


def present_contact(contact: Contact) -> ContactResponse:
    """A contact."""
    return ContactResponse.model_validate(contact)
