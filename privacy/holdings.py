"""What personal data is held where, and how long: read from the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.data_classes import DataClass, Retention


class RetentionMissing(Exception):
    """A table does not say how long its rows are kept."""


@dataclass(frozen=True)
class Holding:
    """One column of one table."""

    table: str
    column: str
    sql_type: str
    data: DataClass
    retention: Retention


def holdings(metadata: sa.MetaData) -> Iterator[Holding]:
    """Every column of every table, by name. Raises `RetentionMissing`.

    A column that says nothing holds nothing of a person; a keyed index is known by its name.
    """
    for table in metadata.sorted_tables:
        retention = table.info.get("retention")
        if not isinstance(retention, Retention):
            raise RetentionMissing(table.name)
        for column in table.columns:
            yield Holding(
                table=table.name,
                column=column.name,
                sql_type=str(column.type),
                data=class_of(column),
                retention=retention,
            )


def class_of(column: sa.Column[Any]) -> DataClass:
    """Which class of data a column holds."""
    declared = column.info.get("data")
    if isinstance(declared, DataClass):
        return declared
    blind = column.name.endswith("_blind")
    return DataClass.PSEUDONYM if blind else DataClass.TECHNICAL
