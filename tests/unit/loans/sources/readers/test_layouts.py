"""Layouts that the vocabulary was not written from: every row of each is right."""

from __future__ import annotations

import pytest

from loans.sources.readers.statement import read_statement
from tests.support.statement_files import LAYOUTS, LIMITS, Drawn, trades
from tests.support.statement_habits import HABITS

ROWS = trades()


@pytest.mark.parametrize("layout", [*LAYOUTS, *HABITS], ids=lambda layout: layout.name)
def test_rows_of_an_unseen_layout(layout: Drawn) -> None:
    statement = read_statement(layout.data(ROWS), layout.file, None, LIMITS)

    assert [(row.at, row.amount_fen) for row in statement.rows] == layout.truth(ROWS)
    assert len(statement.refused) == layout.lost
    assert statement.balance_breaks == ()
