"""How an owner is contacted: see it, set it, say no."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.endpoint import reads, writes
from app.presenters.contact import present_contact, present_preferences
from app.schemas.contacts import (
    ContactPreferencesRequest,
    ContactPreferencesResponse,
    ContactResponse,
)
from audit.actions import Action
from core.errors import NotFound
from loans.reach.preferences import (
    ContactDeclined,
    ContactHoursInvalid,
    SetPreferences,
    decline_contact,
    own_preferences,
    set_preferences,
)
from storage.context import Context


class ContactPreferences(Resource):
    """What the owner wants of contacts."""

    @reads(
        "read_contact_preferences",
        Permission.ACCOUNT_MANAGE,
        answer=ContactPreferencesResponse,
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context) -> ContactPreferencesResponse:
        """Read how one is contacted, and the contacts of thirty days."""
        return present_preferences(own_preferences(context))

    @writes(
        "set_contact_preferences",
        Permission.ACCOUNT_MANAGE,
        body=ContactPreferencesRequest,
        answer=ContactPreferencesResponse,
        errors=(ContactHoursInvalid,),
    )
    def put(self, context: Context, body: ContactPreferencesRequest) -> ContactPreferencesResponse:
        """Set channels and hours, or have no contact at all.

        In force at once: what waits to be sent is not sent. It narrows what was consented to and
        what the lender allows itself, and never widens it.
        """
        command = SetPreferences(
            frozenset(body.channels), body.from_hour, body.until_hour, body.opted_out
        )
        return present_preferences(set_preferences(context, command))


class ContactRefusal(Resource):
    """That the owner says no to a contact."""

    @writes(
        "decline_contact",
        Permission.ACCOUNT_MANAGE,
        answer=ContactResponse,
        status=201,
        errors=(NotFound, ContactDeclined),
    )
    def post(self, context: Context, contact_id: UUID) -> ContactResponse:
        """Say no to a contact: none follows for months."""
        return present_contact(decline_contact(context, contact_id))


def contacts_namespace() -> Namespace:
    """Routes of contacts."""
    namespace = Namespace("Contacts", path="/", description="How an owner is contacted.")
    namespace.add_resource(ContactPreferences, "/contact-preferences")
    namespace.add_resource(ContactRefusal, "/contacts/<uuid:contact_id>/refusal")
    return namespace
