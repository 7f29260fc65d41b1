"""Price of a loan: the annual rate for a score, and the equal instalment that repays it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from core.money import BasisPoints, Fen
from loans.policy import Price

MONTHS_A_YEAR = 12
BASIS_POINTS_A_UNIT = 10_000


def annual_rate_bp(points: int, price: Price) -> BasisPoints:
    """Basis points a year: the band with the highest floor that the score reaches.

    Raises `ValueError` for a score below every band.
    """
    reached = [rate for floor, rate in sorted(price.bands) if points >= floor]
    if not reached:
        raise ValueError("no band for such a score")
    return reached[-1]


def instalment_fen(principal: Fen, rate: BasisPoints, months: int) -> Fen:
    """The equal monthly instalment (等额本息), in fen, rounded half up."""
    monthly = Decimal(rate) / BASIS_POINTS_A_UNIT / MONTHS_A_YEAR
    if monthly == 0:
        exact = Decimal(principal) / months
    else:
        growth = (1 + monthly) ** months
        exact = principal * monthly * growth / (growth - 1)
    return Fen(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
