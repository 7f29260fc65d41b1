"""Statements of one account put together."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from loans.sources.accounts import join_accounts
from loans.sources.rows import Row, RowKind
from tests.support.statement_values import at, bank, row, wallet

ROWS = st.lists(
    st.builds(
        row,
        st.builds(at, st.just(3), st.integers(1, 28), st.integers(0, 23)),
        st.integers(-5_000, 5_000).filter(bool),
        st.sampled_from((None, "李四", "王五")),
        st.sampled_from(("", "货款")),
        order=st.sampled_from((None, "A1", "A2")),
    ),
    max_size=12,
)


def test_what_two_exports_hold_counts_once() -> None:
    lunch, dinner, later = row(at(3, 1), 900), row(at(3, 1, 18), 900), row(at(3, 2), 900)
    (account,) = join_accounts([bank(lunch, dinner), bank(dinner, later)])
    assert account.rows == (lunch, dinner, later)
    assert (account.duplicates, account.duplicates_fen) == (1, 900)


def test_two_equal_purchases_in_one_file_are_two() -> None:
    coffee = row(at(3, 1), -1_200, "咖啡店")
    (account,) = join_accounts([wallet(coffee, coffee), wallet(coffee)])
    assert len(account.rows) == 2


def test_an_order_number_is_one_row_whatever_else_is_printed() -> None:
    first = row(at(3, 1), 900, "李四", "转账", order="A1")
    again = row(at(3, 1), 900, "李*", "", order="A1")
    (account,) = join_accounts([wallet(first), wallet(again)])
    assert len(account.rows) == 1


def test_rows_that_were_never_paid_or_are_no_yuan_are_left_out() -> None:
    closed = row(at(3, 1), 900, kind=RowKind.CLOSED)
    pending = row(at(3, 1), 900, kind=RowKind.PENDING)
    dollars = replace(row(at(3, 1), 900), currency="USD")
    (account,) = join_accounts([bank(closed, pending, dollars)])
    assert account.rows == ()


def test_accounts_are_told_apart_by_their_last_digits_and_their_owner() -> None:
    one, other = bank(row(at(3, 1), 900)), bank(row(at(3, 1), 900), tail="5678")
    spouse = bank(row(at(3, 1), 900), owner="李小明")
    assert len(join_accounts([one, other, spouse])) == 3


@given(ROWS)
def test_order_does_not_matter_and_a_file_twice_changes_nothing(rows: list[Row]) -> None:
    shuffled = sorted(rows, key=lambda one: (one.amount_fen, one.memo, str(one.at)))
    (once,) = join_accounts([bank(*rows)])
    (twice,) = join_accounts([bank(*shuffled), bank(*rows)])
    assert once.rows == twice.rows
    assert twice.duplicates == len(rows) + once.duplicates
