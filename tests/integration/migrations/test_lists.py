"""Revision of the lists: whoever was on the watchlist stays refused, there and back."""

from __future__ import annotations

import sqlalchemy as sa

from app.settings import Settings
from migrations.types import UTCDateTime
from storage.database import Database
from tests.support.clock import MovableClock
from tests.support.migrations import downgrade, upgrade

BEFORE = "0029"
LISTED = sa.table(
    "listed",
    *(sa.column(name, sa.String) for name in ("purpose", "value_blind", "source")),
    sa.column("listed_at", UTCDateTime),
)
ROWS = {("id_number", "a", "police"), ("credit_code", "b", "court")}


def test_entries_of_before_stay_in_force(settings: Settings) -> None:
    downgrade(settings, BEFORE)
    database = Database(settings.database)
    with database.engine.begin() as connection:
        for purpose, value, source in ROWS:
            row = {"purpose": purpose, "value_blind": value, "source": source}
            connection.execute(sa.insert(LISTED).values(**row, listed_at=MovableClock().now()))
    upgrade(settings, "head")
    columns = "list_code, kind, value_blind, source, reason, valid_until, state"
    with database.engine.connect() as connection:
        entries = connection.execute(
            sa.select(sa.text(columns)).select_from(sa.table("list_entries"))
        ).all()
    assert {tuple(entry) for entry in entries} == {
        ("earlier", "person", "a", "police", "other", None, "in_force"),
        ("earlier", "firm", "b", "court", "other", None, "in_force"),
    }
    downgrade(settings, BEFORE)
    with database.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT purpose, value_blind, source FROM listed"))
        assert {tuple(row) for row in found} == ROWS
    database.dispose()
