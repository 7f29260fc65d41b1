"""After all migrations a database is what the models describe, down to the names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.settings import Settings
from storage.database import Base, Database
from tests.support.migrations import (
    downgrade,
    fill,
    names_in_database,
    names_in_models,
    rows_of,
    shape_of,
    upgrade,
)


def test_alembic_finds_no_difference(settings: Settings) -> None:
    database = Database(settings.database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.dispose()


def test_constraints_and_indexes_have_the_names_of_the_models(settings: Settings) -> None:
    database = Database(settings.database)
    with database.engine.connect() as connection:
        inspector = sa.inspect(connection)
        tables = set(inspector.get_table_names()) - {"alembic_version"}
        assert tables == set(Base.metadata.tables)
        for table in Base.metadata.sorted_tables:
            found = names_in_database(inspector, table.name)
            assert found == names_in_models(table), table.name
    database.dispose()


def test_migrations_go_down_to_nothing_and_up_to_the_same_schema(settings: Settings) -> None:
    database = Database(settings.database)
    with database.engine.connect() as connection:
        before = shape_of(connection)
    downgrade(settings, "base")
    with database.engine.connect() as connection:
        assert set(shape_of(connection)) == {"alembic_version"}
    upgrade(settings, "head")
    with database.engine.connect() as connection:
        assert shape_of(connection) == before
    database.dispose()


def test_a_filled_database_goes_down_to_nothing(settings: Settings) -> None:
    database = Database(settings.database)
    with database.engine.begin() as connection:
        fill(connection)
    downgrade(settings, "base")
    with database.engine.connect() as connection:
        assert set(shape_of(connection)) == {"alembic_version"}
    database.dispose()


def test_rows_of_the_first_revision_survive(settings: Settings) -> None:
    downgrade(settings, "0001")
    database = Database(settings.database)
    with database.engine.begin() as connection:
        fill(connection)
        # Codes lasted minutes: that table is gone, with what was in it; lists have another one.
        tables = rows_of(connection).keys() - {"login_codes", "listed"}
    upgrade(settings, "head")
    with database.engine.connect() as connection:
        rows = rows_of(connection)
    assert {table: len(rows[table]) for table in tables} == dict.fromkeys(tables, 2)
    database.dispose()


def test_what_had_expired_stays_expired_through_a_downgrade(settings: Settings) -> None:
    database = Database(settings.database)
    with database.engine.begin() as connection:
        fill(connection)
        connection.execute(sa.text("UPDATE applications SET state = 'expired'"))
        connection.execute(sa.text("UPDATE offers SET state = 'expired', accepted_at = NULL"))
    downgrade(settings, "0013")
    upgrade(settings, "head")
    with database.engine.connect() as connection:
        states = connection.scalars(sa.text("SELECT state FROM offers")).all()
    assert set(states) == {"expired"}
    database.dispose()
