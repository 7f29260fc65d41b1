"""Price of a loan: the annual rate for a score, and the equal instalment that repays it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from loans.policy import Price

MONTHS_A_YEAR = 12
BASIS_POINTS = 10_000


def annual_rate_bp(points: int, price: Price) -> int:
    """Basis points a year: the band with the highest floor that the score reaches.

    Raises `ValueError` for a score below every band.
    """
    reached = [rate for floor, rate in sorted(price.bands) if points >= floor]
    if not reached:
        raise ValueError("no band for such a score")
    return reached[-1]


def instalment_fen(principal_fen: int, rate_bp: int, months: int) -> int:
    """The equal monthly instalment (等额本息), in fen, rounded half up."""
    monthly = Decimal(rate_bp) / BASIS_POINTS / MONTHS_A_YEAR
    if monthly == 0:
        exact = Decimal(principal_fen) / months
    else:
        growth = (1 + monthly) ** months
        exact = principal_fen * monthly * growth / (growth - 1)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
