"""Layouts with a column lost, exchanged or shifted are refused or told, never wrong in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from loans.sources.readers.header import AMOUNTS, TIMES
from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.statement import read_statement
from loans.sources.readers.vocabulary import vocabulary
from tests.support.statement_books import BOOKS
from tests.support.statement_files import LAYOUTS, LIMITS, Drawn, trades
from tests.support.statement_habits import HABITS

ROWS = trades()
PROVED_BY_NAMES = {"a journal of cash without balances"}  # nothing contradicts exchanged ones
TABLES = [
    layout
    for layout in (*LAYOUTS, *HABITS, *BOOKS)
    if not layout.headers and "PDF" not in layout.name and layout.name not in PROVED_BY_NAMES
]


def roles(layout: Drawn) -> list[str | None]:
    return [vocabulary().role(name) for name, _ in layout.columns]


def without(layout: Drawn, *lost: str) -> Drawn:
    kept = zip(layout.columns, roles(layout), strict=True)
    return replace(layout, columns=[column for column, role in kept if role not in lost])


def exchanged(layout: Drawn, one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[Drawn]:
    """The layout with two names exchanged, where it has both."""
    found, names = roles(layout), [name for name, _ in layout.columns]
    first = next((at for at, role in enumerate(found) if role in one), None)
    second = next((at for at, role in enumerate(found) if role in other), None)
    if first is not None and second is not None:
        names[first], names[second] = names[second], names[first]
        yield replace(layout, headers=[names])


def shifted(layout: Drawn) -> Drawn:
    names = [name for name, _ in layout.columns]
    columns = [("", lambda _: "x"), *layout.columns]
    return replace(layout, columns=columns, headers=[[*names, ""]])


def broken(layout: Drawn) -> list[Drawn]:
    return [
        shifted(layout),
        without(layout, "income"),
        without(layout, "expense"),
        *exchanged(layout, TIMES, AMOUNTS),
        *exchanged(layout, AMOUNTS, ("balance",)),
        *exchanged(layout, ("income",), ("expense",)),
    ]


@pytest.mark.parametrize("layout", TABLES, ids=lambda layout: layout.name)
def test_nothing_is_wrong_in_silence(layout: Drawn) -> None:
    for changed in broken(layout):
        try:
            found = read_statement(changed.data(ROWS), layout.file, None, LIMITS)
        except StatementRefused:
            continue
        told = bool(found.refused or found.balance_breaks or found.totals_off)
        assert told or [(row.at, row.amount_fen) for row in found.rows] == layout.truth(ROWS)


@pytest.mark.parametrize("layout", TABLES, ids=lambda layout: layout.name)
def test_without_times_or_amounts_nothing_is_read(layout: Drawn) -> None:
    for changed in (without(layout, *TIMES), without(layout, *AMOUNTS)):
        with pytest.raises(StatementRefused) as caught:
            read_statement(changed.data(ROWS), layout.file, None, LIMITS)
        assert caught.value.code in (RefusalCode.UNKNOWN_LAYOUT, RefusalCode.NOT_A_STATEMENT)


@pytest.mark.parametrize("layout", TABLES, ids=lambda layout: layout.name)
def test_names_that_nobody_knows_are_asked(layout: Drawn) -> None:
    names = [f"第{at}栏" for at in range(len(layout.columns))]
    with pytest.raises(StatementRefused):
        read_statement(replace(layout, headers=[names]).data(ROWS), layout.file, None, LIMITS)
