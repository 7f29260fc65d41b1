"""Revision 0013 renames constraints and changes nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.settings import Settings
from storage.database import Database
from tests.support.migrations import (
    Rows,
    Shape,
    downgrade,
    fill,
    rows_of,
    shape_of,
    upgrade,
)

RENAMED = {  # old name -> new name
    "fk_calls_applicant_id_applicants": "fk_calls_applicant_id",
    "fk_deliveries_event_id_audit_events": "fk_deliveries_event_id",
    "fk_devices_applicant_id_applicants": "fk_devices_applicant_id",
    "fk_uploads_onboarding_id_onboardings": "fk_uploads_onboarding_id",
    "fk_verdicts_onboarding_id_onboardings": "fk_verdicts_onboarding_id",
    "uq_verdicts_onboarding_id_reviewer": "uq_verdicts_onboarding_id",
}

ORPHANS = (
    "UPDATE calls SET applicant_id = :unknown",
    "UPDATE deliveries SET event_id = :unknown WHERE state LIKE '% 0'",  # one: it is the key
    "UPDATE devices SET applicant_id = :unknown",
    "UPDATE uploads SET onboarding_id = :unknown",
    "UPDATE verdicts SET onboarding_id = :unknown",
)
UNKNOWN = "0" * 32  # an id that no row has


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A database at revision 0012 with two rows in every table."""
    downgrade(settings, "0012")
    opened = Database(settings.database)
    with opened.engine.begin() as connection:
        fill(connection)
    yield opened
    opened.dispose()


def read(database: Database) -> tuple[Shape, Rows]:
    with database.engine.connect() as connection:
        return shape_of(connection), rows_of(connection)


def renamed(shape: Shape) -> Shape:
    return {
        table: {
            kind: {RENAMED.get(name, name): value for name, value in named.items()}
            for kind, named in kinds.items()
        }
        for table, kinds in shape.items()
    }


def test_only_names_change_and_rows_survive(settings: Settings, database: Database) -> None:
    shape, rows = read(database)
    names = {name for kinds in shape.values() for named in kinds.values() for name in named}
    assert RENAMED.keys() <= names
    assert all(len(each) == 2 for each in rows.values())

    upgrade(settings, "0013")
    assert read(database) == (renamed(shape), rows)

    downgrade(settings, "0012")
    assert read(database) == (shape, rows)


@pytest.mark.parametrize("statement", ORPHANS)
def test_renamed_foreign_keys_are_enforced(
    settings: Settings, database: Database, statement: str
) -> None:
    upgrade(settings, "0013")
    with (
        pytest.raises(IntegrityError, match=r"(?i)foreign key"),
        database.engine.begin() as connection,
    ):
        connection.execute(sa.text(statement), {"unknown": UNKNOWN})


def test_the_renamed_unique_constraint_is_enforced(settings: Settings, database: Database) -> None:
    upgrade(settings, "0013")
    with database.engine.connect() as connection:
        keys = sa.text("SELECT onboarding_id, reviewer FROM verdicts LIMIT 1")
        verdict = connection.execute(keys).mappings().one()
    twice = sa.text("UPDATE verdicts SET onboarding_id = :onboarding_id, reviewer = :reviewer")
    with (
        pytest.raises(IntegrityError, match=r"(?i)unique"),
        database.engine.begin() as connection,
    ):
        connection.execute(twice, dict(verdict))


def test_sqlite_finds_no_broken_reference(settings: Settings, database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL copies no table to rename a constraint")
    upgrade(settings, "0013")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
