"""Layouts that the vocabulary was not written from: all rows are right, or it is refused."""

from __future__ import annotations

import pytest

from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.statement import read_statement
from tests.support.statement_books import BOOKS, UNCLEAR
from tests.support.statement_files import LAYOUTS, LIMITS, Drawn, trades
from tests.support.statement_habits import HABITS

ROWS = trades()


@pytest.mark.parametrize("layout", [*LAYOUTS, *HABITS, *BOOKS], ids=lambda layout: layout.name)
def test_rows_of_an_unseen_layout(layout: Drawn) -> None:
    statement = read_statement(layout.data(ROWS), layout.file, None, LIMITS)

    assert [(row.at, row.amount_fen) for row in statement.rows] == layout.truth(ROWS)
    assert len(statement.refused) == layout.lost
    assert statement.balance_breaks == ()


@pytest.mark.parametrize(("layout", "missing"), UNCLEAR, ids=[layout.name for layout, _ in UNCLEAR])
def test_what_would_have_to_be_guessed_is_refused_and_told(layout: Drawn, missing: str) -> None:
    with pytest.raises(StatementRefused) as caught:
        read_statement(layout.data(ROWS), layout.file, None, LIMITS)
    assert (caught.value.code, caught.value.missing) == (RefusalCode.UNKNOWN_LAYOUT, (missing,))
    assert caught.value.columns
