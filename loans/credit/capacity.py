"""Need and capacity out of verified turnover and debts. Pure."""

from __future__ import annotations

from core.money import BasisPoints, Fen
from core.policy import Part


class KnownFileLimit(Part):
    """From so many points of thickness, so many months of verified turnover are lent at most."""

    points: int
    turnover_bp: BasisPoints  # of a month's turnover, times 10,000


class CapacityRules(Part):
    """How verified turnover is used, from the policy."""

    min_months: int  # fewer of turnover say nothing
    thin_share_bp: BasisPoints  # of free cash flow, at no thickness
    thick_share_bp: BasisPoints  # at `thick_points`
    thick_points: int
    min_costs_bp: BasisPoints  # of turnover: who shows fewer costs pays some elsewhere
    known_file: tuple[KnownFileLimit, ...]


class VerifiedTrade(Part):
    """A month of the business as its sources show it, in fen, and how much is known of it."""

    turnover_fen: int  # mean of the months
    costs_fen: int  # purchases, wages, rent, taxes, fees
    instalments_fen: int  # of other loans
    months: int  # of turnover
    thickness: float  # 0..100
    own_funds_fen: int = 0
    other_loans_fen: int = 0  # of working capital


def is_known(trade: VerifiedTrade | None, rules: CapacityRules | None) -> bool:
    """Whether enough months are known to lend by them."""
    raise NotImplementedError


def verified_monthly_fen(trade: VerifiedTrade, rules: CapacityRules) -> Fen:
    """What can be set aside a month: a share of free cash flow that grows with thickness."""
    raise NotImplementedError


def known_file_fen(trade: VerifiedTrade, rules: CapacityRules) -> Fen:
    """What may be lent to a business whose turnover is known: months of it, by thickness."""
    raise NotImplementedError
