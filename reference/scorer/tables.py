"""Loans with their outcomes, as columns out of a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from reference.scorer.card import Trend, Value

Outcomes = npt.NDArray[np.int_]


class TableInvalid(Exception):
    """A table that nothing can be fitted on; the text says why."""


@dataclass(frozen=True)
class Input:
    """A column that a card may use: its name, kind, and the direction that its points must keep."""

    name: str
    kind: Literal["number", "category"]
    trend: Trend = Trend.ANY


@dataclass(frozen=True)
class Table:
    """Rows by column, None for what is missing; `defaults` is 1 for a loan that was not repaid."""

    columns: Mapping[str, Sequence[Value]]
    defaults: Outcomes

    def rows(self, chosen: npt.NDArray[np.int_]) -> Self:
        """Some of the rows."""
        columns = {name: [values[at] for at in chosen] for name, values in self.columns.items()}
        return type(self)(columns, self.defaults[chosen])

    def row(self, at: int) -> dict[str, Value]:
        """The values of one loan."""
        return {name: values[at] for name, values in self.columns.items()}


def read_table(path: Path, target: str, left_out: Iterable[str] = ()) -> tuple[Table, list[Input]]:
    """A CSV file's rows and the kinds of its columns; names in lower case.

    Raises `TableInvalid`, FileNotFoundError.
    """
    rows = _rows(path)
    if target not in rows[0]:
        raise TableInvalid(f"{path.name}: no column {target}")
    columns = _columns(rows, {target, *left_out})
    kinds = [
        Input(name, "category" if any(isinstance(v, str) for v in column) else "number")
        for name, column in columns.items()
    ]
    return Table(columns, _outcomes(path, [row[target] for row in rows])), kinds


def read_columns(path: Path) -> Mapping[str, Sequence[Value]]:
    """A CSV file's columns; names in lower case. Raises `TableInvalid`, FileNotFoundError."""
    return _columns(_rows(path), set())


def directed(inputs: Sequence[Input], rising: Iterable[str], falling: Iterable[str]) -> list[Input]:
    """The inputs with the directions that are asked for. Raises `TableInvalid` for no number."""
    trends = {_plain(name): Trend.RISING for name in rising}
    trends |= {_plain(name): Trend.FALLING for name in falling}
    numbers = {each.name for each in inputs if each.kind == "number"}
    if wrong := trends.keys() - numbers:
        raise TableInvalid(f"{min(wrong)} is no column of numbers")
    return [replace(each, trend=trends.get(each.name, each.trend)) for each in inputs]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise TableInvalid(f"{path.name}: no rows")
    if any(None in row or None in row.values() for row in rows):
        raise TableInvalid(f"{path.name}: a row has another number of cells than the head")
    return rows


def _columns(rows: Sequence[Mapping[str, str]], without: set[str]) -> dict[str, list[Value]]:
    names = [name for name in rows[0] if name not in without]
    return {_plain(name): _column([row[name] for row in rows]) for name in names}


def _column(texts: Sequence[str]) -> list[Value]:
    given = [text.strip() for text in texts]
    try:
        return [float(text) if text else None for text in given]
    except ValueError:
        return [text or None for text in given]


def _outcomes(path: Path, texts: Sequence[str]) -> Outcomes:
    if not {"0", "1"} >= set(texts):
        raise TableInvalid(f"{path.name}: outcomes are 0 (repaid) or 1")
    outcomes = np.array([int(text) for text in texts])
    if len(set(outcomes)) != 2:
        raise TableInvalid(f"{path.name}: all loans ended alike")
    return outcomes


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
