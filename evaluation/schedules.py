"""`kaihu evaluate schedules`: our schedules against those that others publish, to the cent.

`loans/schedules.json` holds schedules of Apache Fineract's own tests. An instalment at payout (its
date stands twice, or there is one more instalment than due dates) is a down payment, which is taken
from what was published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.money import Fen
from evaluation.report import Figures
from loans.terms.calendar import MONTHS_A_YEAR
from loans.terms.schedule import (
    DayCount,
    Period,
    Repayment,
    Schedule,
    make_schedule,
    with_down_payment,
    year_share,
)

FILE = "loans/schedules.json"


def evaluate_schedules(data: Path) -> Figures:
    """How many published schedules ours equal, and which they do not."""
    rows = json.loads((data / FILE).read_text("utf-8"))
    differing = [str(row["id"]) for row in rows if not equals_published(row)]
    return {
        "n": len(rows),
        "published_equal": len(rows) - len(differing),
        "differing": " ".join(differing) or "none",
    }


def equals_published(row: Mapping[str, Any]) -> bool:
    """Whether every instalment and its interest are the published ones; False for no loan."""
    try:
        schedule = schedule_as_published(row)
    except (KeyError, ValueError):
        return False
    totals = [part.total_fen for part in schedule]
    interest = [part.interest_fen for part in schedule]
    return bool(totals == row["instalments_cents"] and interest == row["interest_cents"])


def schedule_as_published(row: Mapping[str, Any]) -> Schedule:
    """Our schedule for the loan of a row of the file; its cents are counted as fen.

    Raises `KeyError` and `ValueError` where the row describes no loan.
    """
    paid_out, *due = (date.fromisoformat(day) for day in row["dates"])
    principal, repayment = Fen(row["principal_cents"]), Repayment(row["way"])
    rate = Fraction(row["annual_rate_percent"]) / 100
    later = [day for day in due if day != paid_out]
    periods = _periods(paid_out, later, row)
    if len(row["instalments_cents"]) <= len(later):
        return make_schedule(principal, rate, periods, repayment)
    down = Fen(row["instalments_cents"][0])
    rest = make_schedule(Fen(principal - down), rate, periods, repayment)
    return with_down_payment(down, paid_out, rest)


def _periods(paid_out: date, due: Sequence[date], row: Mapping[str, Any]) -> list[Period]:
    count, months = DayCount(row["day_count"]), row.get("months_each")
    if count is DayCount.THIRTY_360 and months:
        return [Period(day, Fraction(months, MONTHS_A_YEAR)) for day in due]
    return [Period(end, year_share(start, end, count)) for start, end in pairwise((paid_out, *due))]
