"""Alembic's entry: one linear history for the tables of every package."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.tables import MODULES
from storage.database import Base, Database, EnumText, UTCDateTime


def _frozen_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write frozen types into new migrations instead of the live classes."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "UTCDateTime()"
    if kind == "type" and isinstance(item, EnumText):
        return "sa.String()"
    return False


database = Database(context.config.attributes["url"])
with database.engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_frozen_type,
    )
    context.run_migrations()
database.dispose()
