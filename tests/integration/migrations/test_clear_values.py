"""Revision 0015 takes values of people out of what was kept in the clear."""

from __future__ import annotations

import json
import uuid

import pytest
import sqlalchemy as sa

from app.settings import Settings
from storage.database import Database
from tests.support.migrations import downgrade, fill, upgrade

NUMBER, PLACE = "11010119880314421X", "+31.2304+121.4737/ iphone 15"
MEASURED = {
    "written_by": PLACE,
    "quality": {"light": 0.4},
    "flags": [
        {"name": "code_repaired", "region": None, "measures": {"read": NUMBER, "proposed": NUMBER}},
        {"name": "photocopy", "region": None, "measures": {"coloured_share": 0.1}},
    ],
}
CLEAN = {
    "quality": {"light": 0.4},
    "flags": [
        {"name": "code_repaired", "region": None, "measures": {}},
        {"name": "photocopy", "region": None, "measures": {"coloured_share": 0.1}},
    ],
}


@pytest.mark.parametrize("measured", [MEASURED, {}, CLEAN])
def test_measurements_keep_their_numbers(settings: Settings, measured: dict[str, object]) -> None:
    downgrade(settings, "0014")
    database = Database(settings.database)
    with database.engine.begin() as connection:
        fill(connection)
        checks = sa.table("checks", sa.column("id", sa.Uuid), sa.column("measurements", sa.JSON))
        one = connection.scalar(sa.select(checks.c.id).limit(1))
        assert isinstance(one, uuid.UUID)
        written = sa.update(checks).where(checks.c.id == one).values(measurements=measured)
        connection.execute(written)
    upgrade(settings, "0015")
    with database.engine.connect() as connection:
        (kept,) = connection.scalars(sa.select(checks.c.measurements).where(checks.c.id == one))
        answers = connection.scalar(sa.text("SELECT count(*) FROM idempotency_keys"))
    database.dispose()
    assert kept == (CLEAN if measured else {})
    assert NUMBER not in json.dumps(kept)
    assert answers == 0
