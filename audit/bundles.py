"""Bundles of entries as C2SP tlog-tiles serves them."""

from __future__ import annotations

import struct

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.models import AuditEvent
from audit.sequencer import latest_checkpoint
from audit.tiles import WIDTH


def bundle(session: Session, number: int, width: int) -> list[bytes]:
    """The entries of a bundle, each after its length in 16 bits; none where it is not whole.

    Only what a checkpoint signs is served.
    """
    newest, first = latest_checkpoint(session), number * WIDTH
    if newest is None or first + width > newest.size:
        return []
    within = sa.and_(AuditEvent.position >= first, AuditEvent.position < first + width)
    events = session.scalars(sa.select(AuditEvent).where(within).order_by(AuditEvent.position))
    entries = [event.content for event in events]
    if len(entries) != width:
        return []
    return [struct.pack(">H", len(entry)) + entry for entry in entries]
