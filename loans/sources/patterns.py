"""What the shape of many movements tells where words tell nothing. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from loans.sources.moments import day_of
from loans.sources.rows import Direction, Row
from loans.sources.vocabulary import is_person, name_of

BASIS_POINTS_A_UNIT = 10_000
ROUND_FEN = 10_000  # 100 yuan


def many_payers(rows: Iterable[Row], payers_a_month: int, max_fen: int) -> frozenset[str]:
    """Names of payers in months in which so many pay small sums: they are customers.

    An unnamed payer is the empty name. Who sends only hundreds of yuan is none of them.
    """
    months: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    odd: set[str] = set()
    for row in rows:
        if row.direction is Direction.IN and row.amount_fen <= max_fen:
            day, name = day_of(row), name_of(row.counterparty)
            months[day.year, day.month][name] += 1
            if is_odd(row):
                odd.add(name)
    customers: set[str] = set()
    for payers in months.values():
        # who is unnamed counts by payments: a masked bill shows all of them alike
        different = len(payers) + max(0, payers[""] - 1)
        if different >= payers_a_month:
            customers |= payers.keys()
    return frozenset(customers & odd)


def is_odd(row: Row) -> bool:
    """Whether a sum is not in hundreds of yuan: relatives and friends send those."""
    return row.amount_fen % ROUND_FEN != 0


def repeat_customers(rows: Iterable[Row], payments: int) -> frozenset[str]:
    """Names of who pays so often, and half of the time sums that are odd."""
    paid: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row.direction is Direction.IN and name_of(row.counterparty):
            paid[name_of(row.counterparty)].append(is_odd(row))
    return frozenset(
        name for name, odd in paid.items() if len(odd) >= payments and 2 * sum(odd) >= len(odd)
    )


def regular_payees(
    rows: Iterable[Row], months: int, spread_bp: int, pay_days: Sequence[int]
) -> frozenset[str]:
    """Names of persons who are paid about the same in so many months, on days when wages are."""
    paid: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        on_pay_day = day_of(row).day in pay_days
        if row.direction is Direction.OUT and on_pay_day and is_person(row.counterparty):
            paid[name_of(row.counterparty)].append(row)
    return frozenset(name for name, all_ in paid.items() if _is_regular(all_, months, spread_bp))


def _is_regular(rows: Sequence[Row], months: int, spread_bp: int) -> bool:
    seen = {(day_of(row).year, day_of(row).month) for row in rows}
    if len(seen) < months or len(rows) > len(seen) * 2:
        return False
    middle = median(abs(row.amount_fen) for row in rows)
    allowed = middle * spread_bp / BASIS_POINTS_A_UNIT
    return all(abs(abs(row.amount_fen) - middle) <= allowed for row in rows)
