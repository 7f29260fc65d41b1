"""How much may be lent: what can be repaid, what is needed, what is known well enough. Pure.

The smallest limit wins, and is the reason that the owner is told. What an owner says of their
trade lessens what is lent and never adds to it: what is verified does that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from core.money import BasisPoints, Fen
from core.policy import Part
from loans.terms.calendar import MONTHS_A_YEAR
from loans.terms.options import Bound, Limit
from loans.terms.schedule import BASIS_POINTS_A_UNIT


class ThinFileLimit(Part):
    """From so many months in business, so much is lent on a licence and a declaration."""

    months: int
    max_fen: Fen


class LimitRules(Part):
    """Shares and steps, from the policy."""

    thin_file: tuple[ThinFileLimit, ...]
    instalment_share_bp: BasisPoints  # of stated free monthly cash flow
    turns_bp: BasisPoints  # of working capital in a year, times 10,000
    growth_bp: BasisPoints  # of sales that is expected
    by_need: tuple[str, ...]  # products whose amount is held to what a year of trade needs
    step_fen: Fen  # limits are rounded down to a multiple of this


class StatedTrade(Part):
    """A month of the business as its owner tells it, in fen, each 0 or more."""

    takings_fen: int
    costs_fen: int
    instalments_fen: int  # of other loans
    own_funds_fen: int = 0
    other_loans_fen: int = 0  # of working capital


def smallest(
    limits: Mapping[Bound, Fen | None], max_monthly_fen: Fen | None, rules: LimitRules
) -> Limit:
    """The limit that wins, rounded down to a step; None limits nothing.

    Of equal ones the first wins. Raises `ValueError` where nothing limits.
    """
    known = {bound: fen for bound, fen in limits.items() if fen is not None}
    if not known:
        raise ValueError("nothing limits the amount")
    bound = min(known, key=known.__getitem__)
    most = max(known[bound], 0) // rules.step_fen * rules.step_fen
    return Limit(Fen(most), bound, max_monthly_fen)


def thin_file_fen(months_in_business: int | None, limits: Sequence[ThinFileLimit]) -> Fen:
    """What may be lent to a business of which little is known; an unknown age is the least."""
    age = 0 if months_in_business is None else months_in_business
    return max((limit.max_fen for limit in limits if age >= limit.months), default=Fen(0))


def need_fen(trade: StatedTrade, rules: LimitRules) -> Fen:
    """Working capital that a year of trade needs beyond what there is, in fen; 0 or more.

    Sales of a year x (1 - margin) x (1 + growth) / turns - own funds - other loans
    (流动资金贷款管理办法, 2024, annex); sales x (1 - margin) is what is spent.
    """
    spent = Fraction(min(trade.costs_fen, trade.takings_fen) * MONTHS_A_YEAR)
    grown = spent * (1 + Fraction(rules.growth_bp, BASIS_POINTS_A_UNIT))
    tied_up = grown / Fraction(rules.turns_bp, BASIS_POINTS_A_UNIT)
    return Fen(max(0, int(tied_up) - trade.own_funds_fen - trade.other_loans_fen))


def monthly_fen(trade: StatedTrade, rules: LimitRules) -> Fen:
    """What can be set aside a month for a loan: a share of free cash flow, in fen; 0 or more."""
    free = max(0, trade.takings_fen - trade.costs_fen - trade.instalments_fen)
    return Fen(free * rules.instalment_share_bp // BASIS_POINTS_A_UNIT)
