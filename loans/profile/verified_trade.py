"""A month of a business out of what sources show of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.policy import Part
from loans.profile.account_features import account_features
from loans.profile.cost_features import monthly_costs
from loans.profile.turnover import Turnover
from loans.profile.turnover_features import whole_months
from loans.sources.categories import CategorisedAccount

DAYS_A_YEAR = 365


class VerifiedTrade(Part):
    """A month of the business as its sources show it, in fen, and how much is known of it."""

    turnover_fen: int  # mean of the months
    costs_fen: int  # purchases, wages, rent, taxes, fees
    instalments_fen: int  # of other loans
    months: int  # of turnover
    thickness: float  # 0..100
    own_funds_fen: int = 0
    other_loans_fen: int = 0  # of working capital
    raises: bool = True  # not while it is contested: then it lessens what is lent alone


def trade_of(
    turnover: Turnover, accounts: Sequence[CategorisedAccount], points: float
) -> VerifiedTrade | None:
    """A month of the business out of its last twelve months; None where nothing was received.

    What is invoiced and not seen to be paid is not lent by. Loans that were received and not repaid
    count as loans for working capital. What always stays in the account is taken for own funds.
    """
    if turnover.last_day is None or turnover.mean_received_fen <= 0:
        return None
    after = turnover.last_day - timedelta(days=DAYS_A_YEAR)
    month = monthly_costs(accounts, turnover, after)
    balances = account_features(accounts) if accounts else {}
    return VerifiedTrade(
        turnover_fen=turnover.mean_received_fen,
        costs_fen=month.costs_fen,
        instalments_fen=month.repayments_fen,
        months=sum(each.fen > 0 for each in whole_months(turnover.received, turnover)),
        thickness=points,
        own_funds_fen=max(0, int(balances.get("balance_min", 0))),
        other_loans_fen=month.unpaid_loans_fen,
    )
