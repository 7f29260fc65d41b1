"""Revision 0046 deletes what portraits had beside them, and no other template."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.settings import Settings
from storage.database import Database
from tests.support.migrations import downgrade, fill, upgrade


@pytest.mark.parametrize("kind", ["portrait_crop", "portrait_second"])
def test_crops_and_opinions_are_deleted(settings: Settings, kind: str) -> None:
    downgrade(settings, "0045")
    database = Database(settings.database)
    with database.engine.begin() as connection:
        fill(connection)
        one = connection.scalar(sa.text("SELECT min(kind) FROM templates"))
        changed = sa.text("UPDATE templates SET kind = :kind WHERE kind = :one")
        connection.execute(changed, {"kind": kind, "one": one})
        kinds = set(connection.scalars(sa.text("SELECT kind FROM templates")))
    upgrade(settings, "head")
    with database.engine.connect() as connection:
        left = set(connection.scalars(sa.text("SELECT kind FROM templates")))
    database.dispose()
    assert left == kinds - {kind}
    assert len(left) == 1
