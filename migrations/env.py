"""Alembic's entry: one linear history for every room's tables."""

from __future__ import annotations

from alembic import context

import access.models
import audit.writer
import kyc.onboarding.models
import loans.models
import storage.queue
from storage.database import Base, Database

database = Database(context.config.attributes["url"])
with database.engine.begin() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    context.run_migrations()
database.dispose()
