"""Identifiers."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): ids sort by the time at which they were made."""
    return uuid.UUID(int=uuid_utils.uuid7().int)
