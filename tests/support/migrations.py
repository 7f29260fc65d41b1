"""Moves between revisions, the shape of a schema, and rows for any schema."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

import migrations
from app.settings import Settings

FOLDER = Path(migrations.__file__).parent

Rows = dict[str, list[tuple[Any, ...]]]
Shape = dict[str, dict[str, Any]]


def upgrade(settings: Settings, revision: str) -> None:
    """Bring the database up to a revision."""
    command.upgrade(_config(settings), revision)


def downgrade(settings: Settings, revision: str) -> None:
    """Bring the database down to a revision."""
    command.downgrade(_config(settings), revision)


def shape_of(connection: Connection) -> Shape:
    """Columns and named constraints of every table, as the database reports them."""
    inspector = sa.inspect(connection)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            **names_in_database(inspector, table),
        }
        for table in inspector.get_table_names()
    }


def names_in_database(inspector: sa.Inspector, table: str) -> dict[str, Any]:
    """Constraints and indexes of a table in the database, by kind and name."""
    primary = inspector.get_pk_constraint(table)
    return {
        "primary key": {primary["name"]: tuple(primary["constrained_columns"])},
        "foreign keys": {
            key["name"]: (
                tuple(key["constrained_columns"]),
                key["referred_table"],
                tuple(key["referred_columns"]),
                key["options"].get("ondelete"),
            )
            for key in inspector.get_foreign_keys(table)
        },
        "unique constraints": {
            constraint["name"]: tuple(constraint["column_names"])
            for constraint in inspector.get_unique_constraints(table)
        },
        "indexes": {
            index["name"]: (tuple(index["column_names"]), bool(index["unique"]))
            for index in inspector.get_indexes(table)
            if "duplicates_constraint" not in index
        },
    }


def names_in_models(table: sa.Table) -> dict[str, Any]:
    """What `names_in_database` reports of a table that was created from its model."""
    return {
        "primary key": {table.primary_key.name: tuple(table.primary_key.columns.keys())},
        "foreign keys": {
            key.name: (
                tuple(key.column_keys),
                key.referred_table.name,
                tuple(element.column.name for element in key.elements),
                key.ondelete,
            )
            for key in table.foreign_key_constraints
        },
        "unique constraints": {
            constraint.name: tuple(constraint.columns.keys())
            for constraint in table.constraints
            if isinstance(constraint, sa.UniqueConstraint)
        },
        "indexes": {
            index.name: (tuple(index.columns.keys()), bool(index.unique)) for index in table.indexes
        },
    }


def fill(connection: Connection) -> None:
    """Insert two rows into every table, the second without its optional values."""
    written: dict[str, list[dict[str, Any]]] = {}
    for table in _tables(connection):
        rows = [
            {
                column.name: None if number and column.nullable else _value(column, number, written)
                for column in table.columns
            }
            for number in range(2)
        ]
        connection.execute(sa.insert(table), rows)
        written[table.name] = rows


def rows_of(connection: Connection) -> Rows:
    """Every row of every table, in the order of the primary keys."""
    return {
        table.name: [
            tuple(row)
            for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
        ]
        for table in _tables(connection)
    }


def _config(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = settings.database
    return config


def _tables(connection: Connection) -> list[sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def _value(column: sa.Column[Any], number: int, written: dict[str, list[dict[str, Any]]]) -> Any:
    for key in column.foreign_keys:
        return written[key.column.table.name][number][key.column.name]
    values: list[tuple[type[Any], Any]] = [
        (sa.Uuid, uuid.uuid4()),
        (sa.CHAR, uuid.uuid4().hex),  # how SQLite stores UUIDs
        (sa.String, f"{column.table.name}.{column.name} {number}"),
        (sa.Boolean, bool(number)),
        (sa.Integer, number + 1),
        (sa.Float, 0.25 + number),
        (sa.DateTime, datetime(2026, 1, 1 + number, 12, 30, 15, 123456, tzinfo=UTC)),
        (sa.Date, date(2026, 1, 1 + number)),
        (sa.JSON, {"number": number}),
        (sa.LargeBinary, bytes([number, 255])),
    ]
    return next(value for kind, value in values if isinstance(column.type, kind))
