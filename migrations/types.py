"""Column types as migrations use them: a frozen copy, so that live code can move and change.

A migration describes the schema of its own day. It therefore imports no package of the project
but this module. Do not edit a type here: add another beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """A timezone-aware UTC instant, `TIMESTAMP WITH TIME ZONE` where the database has it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Convert to UTC. Raises `ValueError` on a naive datetime."""
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Add the UTC zone that SQLite does not store."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value
