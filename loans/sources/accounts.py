"""Statements of one account put together: what several files hold counts once. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from loans.sources.moments import order_of
from loans.sources.rows import CNY, AccountKind, Row, RowKind, Statement
from loans.sources.vocabulary import name_of

NEVER_PAID = frozenset({RowKind.CLOSED, RowKind.PENDING})


@dataclass(frozen=True)
class JoinedAccount:
    """The distinct rows of an account by time, and how many more its files held."""

    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]
    duplicates: int
    duplicates_fen: int  # whatever their direction

    @property
    def kind(self) -> AccountKind:
        """What kind of account it is."""
        return self.statements[0].account


def join_accounts(statements: Sequence[Statement]) -> tuple[JoinedAccount, ...]:
    """Accounts by what their statements print: publisher, kind, owner and last digits.

    A row that several files hold counts once; two equal purchases in one file are two. Rows that
    were never paid and those of another currency are left out.
    """
    by_account: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for statement in statements:
        by_account[_account_of(statement)].append(statement)
    return tuple(_joined(by_account[key]) for key in sorted(by_account))


def _account_of(statement: Statement) -> tuple[str, ...]:
    owner, tail = name_of(statement.owner), statement.account_tail or ""
    return (statement.publisher, statement.account, owner, tail)


def _joined(files: Sequence[Statement]) -> JoinedAccount:
    most: Counter[Hashable] = Counter()
    rows: dict[Hashable, Row] = {}
    held = held_fen = 0
    for file in files:
        own: Counter[Hashable] = Counter()
        for row in file.rows:
            if row.kind in NEVER_PAID or row.currency != CNY:
                continue
            held, held_fen = held + 1, held_fen + abs(row.amount_fen)
            if row.duplicate:
                continue
            key = _identity(row)
            own[key] += 1
            first = rows.setdefault(key, row)
            if order_of(row) < order_of(first):
                rows[key] = row
        most |= own
    distinct = sorted(_repeated(rows, most), key=order_of)
    ordered = tuple(sorted(files, key=lambda file: (len(file.rows), str(file.first_day))))
    distinct_fen = sum(abs(row.amount_fen) for row in distinct)
    return JoinedAccount(ordered, tuple(distinct), held - len(distinct), held_fen - distinct_fen)


def _repeated(rows: dict[Hashable, Row], most: Counter[Hashable]) -> Iterator[Row]:
    for key, row in rows.items():
        for _ in range(most[key]):
            yield row


def _identity(row: Row) -> Hashable:
    """An order number with amount and kind; without one, all that a row says but its line."""
    if row.order_no:
        return (row.order_no, row.amount_fen, row.kind, row.direction)
    return (order_of(row), row.direction, row.kind, row.balance_fen)
