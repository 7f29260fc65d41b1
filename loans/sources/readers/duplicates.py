"""The same order read twice, as in exports that overlap."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from loans.sources.rows import Row


def marked(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each that repeats an earlier one with `duplicate`.

    A repeated row has the same order number, moment, amount and other side. Rows without an order
    number are never the same: two equal purchases a day are two. An order number alone is not
    enough either: a payment and its refund share one.
    """
    seen: set[str] = set()
    repeated: set[str] = set()
    for row in rows:
        if row.order_no is not None:
            (repeated if row.order_no in seen else seen).add(row.order_no)
    if not repeated:
        return tuple(rows)
    keys: set[Hashable] = set()
    out = []
    for row in rows:
        if row.order_no in repeated:
            key = (row.order_no, row.at, row.amount_fen, row.direction, row.counterparty)
            if key in keys:
                row = replace(row, duplicate=True)
            keys.add(key)
        out.append(row)
    return tuple(out)
