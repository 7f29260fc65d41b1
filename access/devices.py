"""Devices on which applicants sign in."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from access.models import Device
from core.actors import Role
from storage.blind_index import Indexed
from storage.context import Context


def record_device(context: Context, applicant_id: UUID, device: str) -> None:
    """Remember, as a blind index, that this applicant signed in on this device."""
    key = (context.blind_index.of(Indexed.DEVICE, device), applicant_id)
    known = context.session.get(Device, key)
    if known is None:
        row = Device(device_blind=key[0], applicant_id=applicant_id, seen_at=context.now())
        context.session.add(row)
    else:
        known.seen_at = context.now()


def record_proven_device(context: Context) -> None:
    """Remember the device whose key signed the request: an app cannot leave that one out.

    Not one that an onboarding was handed to: whoever stole the link would tie the owner to their
    own accounts, with these accounts' failures.
    """
    if context.origin.device and context.actor.role is not Role.HANDED_OVER:
        record_device(context, context.actor.uuid, context.origin.device)


def on_same_devices(applicant_id: UUID | sa.BindParameter[UUID]) -> sa.Select[UUID]:
    """Query of the applicants who signed in where this one did, this one among them."""
    theirs, shared = aliased(Device), aliased(Device)
    return (
        sa.select(shared.applicant_id)
        .join(theirs, theirs.device_blind == shared.device_blind)
        .where(theirs.applicant_id == applicant_id)
    )
