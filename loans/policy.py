"""The loan part of the policy file, typed."""

from __future__ import annotations

from kyc.policy import Policy, Section


class Scorecard(Section):
    base: int
    years_in_business: tuple[tuple[int, int], ...]  # below so many years, so many points
    limited_company: int
    industry: dict[str, int]
    amount_per_10k: float
    approve_from: int


class Price(Section):
    bands: tuple[tuple[int, int], ...]  # from so many points, so many basis points a year


class LoanPolicy(Section):
    least_fen: int
    most_fen: int
    tenors: tuple[int, ...]
    offer_valid_days: int
    forbidden_purposes: tuple[str, ...]
    industries: dict[str, tuple[str, ...]]
    purposes: dict[str, tuple[str, ...]]
    scorecard: Scorecard
    price: Price


def loan_policy(policy: Policy) -> LoanPolicy:
    return LoanPolicy.model_validate(policy.loans)
