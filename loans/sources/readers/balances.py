"""Balances carried forward: where they break, and what they say of unsigned amounts."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from loans.sources.readers.refusal import RowReason
from loans.sources.rows import CNY, Direction, RefusedRow, Row, RowKind


def breaks(rows: Sequence[Row], refused: Sequence[int] = (), owed: bool = False) -> tuple[int, ...]:
    """Lines at which the balance does not follow from the row before in time.

    Statements go forward or backward in time, and the balance may be what is `owed`, as on a card:
    the reading with the fewest breaks is the right one. Nothing is said across a line that was
    `refused`.
    """
    signs = (1, -1) if owed else (1,)
    gaps = sorted(refused)
    by_currency: dict[str, list[tuple[Row, int]]] = {}
    for row in rows:
        if row.balance_fen is not None and not row.duplicate:
            by_currency.setdefault(row.currency, []).append((row, row.balance_fen))
    found: list[int] = []
    for group in by_currency.values():
        ways = [
            _breaks(group, gaps, backward, sign) for backward in (False, True) for sign in signs
        ]
        fewest: list[int] = min(ways, key=len)
        found += fewest
    return tuple(sorted(found))


def chained(blocks: Sequence[tuple[int, Sequence[Row]]]) -> list[list[Row]]:
    """Rows of blocks, each with the number of its table, put together where one goes on the other.

    A page goes on where the last one ended. Another sheet does not, nor an export that overlaps.
    """
    chains: list[list[Row]] = []
    last_table = -1
    for table, rows in blocks:
        if chains and rows and table == last_table and _goes_on(chains[-1], rows):
            chains[-1].extend(rows)
        elif rows:
            chains.append(list(rows))
            last_table = table
    return chains


def _goes_on(before: Sequence[Row], after: Sequence[Row]) -> bool:
    first, last, following = (_order(row) for row in (before[0], before[-1], after[0]))
    return last <= following if first < last else last >= following if first > last else True


def _order(row: Row) -> str:
    return row.at.isoformat()[:10]


def _breaks(
    rows: Sequence[tuple[Row, int]], gaps: list[int], backward: bool, sign: int
) -> list[int]:
    """The lines whose balance is not the earlier one and the amount, of rows with balances."""
    lines = []
    for before, after in pairwise(rows):
        (_, earlier), (later, balance) = (after, before) if backward else (before, after)
        if balance == earlier + sign * later.amount_fen or later.direction is Direction.NEUTRAL:
            continue
        if later.kind is RowKind.CLOSED and balance == earlier:
            continue
        if bisect(gaps, before[0].line) == bisect(gaps, after[0].line):
            lines.append(later.line)
    return lines


def signed_by_balance(
    rows: Sequence[Row], opening_fen: int | None
) -> tuple[list[Row], list[RefusedRow]]:
    """Rows whose amounts were printed without a sign, with the one that the balances prove.

    A row whose direction they do not prove is refused, as the first without an opening balance.
    """
    forward = _signs(rows, opening_fen)
    backward = list(reversed(_signs(rows[::-1], opening_fen)))
    signs = max(forward, backward, key=lambda found: sum(sign != 0 for sign in found))
    signed, refused = [], []
    for row, sign in zip(rows, signs, strict=True):
        if sign:
            direction = Direction.IN if sign > 0 else Direction.OUT
            signed.append(replace(row, amount_fen=sign * abs(row.amount_fen), direction=direction))
        else:
            refused.append(RefusedRow(row.line, RowReason.DIRECTION))
    return signed, refused


def _signs(rows: Sequence[Row], opening_fen: int | None) -> list[int]:
    signs, before = [], opening_fen
    for row in rows:
        amount, after = abs(row.amount_fen), row.balance_fen
        if before is None or after is None or amount == 0 or row.currency != CNY:
            signs.append(0)
        else:
            signs.append(1 if before + amount == after else -1 if before - amount == after else 0)
        before = after
    return signs
