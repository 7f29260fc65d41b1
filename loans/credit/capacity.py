"""Need, capacity and limit out of verified turnover and debts. Pure.

What sources show of a business may raise what is lent above a thin file's steps; need and capacity,
which it shows as well, still bound it.
"""

from __future__ import annotations

from core.money import BasisPoints, Fen
from core.policy import Part
from loans.credit.limits import StatedTrade
from loans.profile.verified_trade import VerifiedTrade
from loans.terms.schedule import BASIS_POINTS_A_UNIT


class KnownFileLimit(Part):
    """From so many points of thickness, so many months of verified turnover are lent at most."""

    points: int
    turnover_bp: BasisPoints  # of a month's turnover; 10,000 is one month


class CapacityRules(Part):
    """How verified turnover is used, from the policy."""

    min_months: int  # fewer of turnover say nothing
    thin_share_bp: BasisPoints  # of free cash flow, at no thickness
    thick_share_bp: BasisPoints  # at `thick_points` and above; between, in proportion
    thick_points: int
    min_costs_bp: BasisPoints  # of turnover: who shows fewer costs pays some elsewhere
    known_file: tuple[KnownFileLimit, ...]


def is_known(trade: VerifiedTrade | None, rules: CapacityRules | None) -> bool:
    """Whether enough months of turnover are known to lend by them."""
    if trade is None or rules is None:
        return False
    return trade.months >= rules.min_months and trade.turnover_fen > 0


def as_trade(trade: VerifiedTrade, rules: CapacityRules) -> StatedTrade:
    """A month of trade, for `need_fen`; costs are at least the policy's share of turnover."""
    least = trade.turnover_fen * rules.min_costs_bp // BASIS_POINTS_A_UNIT
    return StatedTrade(
        takings_fen=trade.turnover_fen,
        costs_fen=max(trade.costs_fen, least),
        instalments_fen=trade.instalments_fen,
        own_funds_fen=trade.own_funds_fen,
        other_loans_fen=trade.other_loans_fen,
    )


def verified_monthly_fen(trade: VerifiedTrade, rules: CapacityRules) -> Fen:
    """What can be set aside a month, in fen: a share of free cash flow, by thickness."""
    month = as_trade(trade, rules)
    free = max(0, month.takings_fen - month.costs_fen - month.instalments_fen)
    return Fen(free * _share_bp(trade.thickness, rules) // BASIS_POINTS_A_UNIT)


def _share_bp(thickness: float, rules: CapacityRules) -> int:
    known = min(max(thickness, 0.0), rules.thick_points) / rules.thick_points
    return round(rules.thin_share_bp + (rules.thick_share_bp - rules.thin_share_bp) * known)


def known_file_fen(trade: VerifiedTrade, rules: CapacityRules) -> Fen:
    """What may be lent to a business whose turnover is known: months of it, by thickness."""
    months_bp = max(
        (limit.turnover_bp for limit in rules.known_file if trade.thickness >= limit.points),
        default=BasisPoints(0),
    )
    return Fen(max(0, trade.turnover_fen) * months_bp // BASIS_POINTS_A_UNIT)
