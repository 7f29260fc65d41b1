"""Whether this service can do its work now."""

from __future__ import annotations

import time

import sqlalchemy as sa

from app.services import Services
from core.errors import Unavailable

HEARTBEAT = "worker.heartbeat"  # below `var`; a worker that holds its models touches it
HEARTBEAT_S = 15


class NotReady(Unavailable):
    """No worker is ready to analyse yet."""

    code = "not_ready"


def require_ready(services: Services) -> None:
    """Raises `NotReady` unless the database answers and a worker is alive."""
    with services.database.reading() as session:
        session.execute(sa.text("SELECT 1"))
    heartbeat = services.settings.var / HEARTBEAT
    if not heartbeat.exists() or time.time() - heartbeat.stat().st_mtime > HEARTBEAT_S:
        raise NotReady
