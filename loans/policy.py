"""The loan part of the policy, typed."""

from __future__ import annotations

from typing import ClassVar

from core.money import BasisPoints, Fen
from core.policy import Part, Section


class Scorecard(Part):
    """The reference scorer's points."""

    base: int
    years_in_business: tuple[tuple[int, int], ...]  # below so many years, so many points
    limited_company: int
    industry: dict[str, int]
    amount_per_10k: float
    approve_from: int


class Price(Part):
    """From so many points, so many basis points a year."""

    bands: tuple[tuple[int, BasisPoints], ...]


class LoanPolicy(Section):
    """What is lent, for what, and at what price."""

    table: ClassVar[str] = "loans"

    min_fen: Fen
    max_fen: Fen
    tenors: tuple[int, ...]
    offer_valid_days: int
    max_declarations: int  # of an account, within `window_h`
    max_applications: int  # likewise: more would let somebody try out the scorer
    window_h: int
    limited_company_types: tuple[str, ...]  # words of a licence's type
    forbidden_purposes: tuple[str, ...]
    industries: dict[str, tuple[str, ...]]
    purposes: dict[str, tuple[str, ...]]
    scorecard: Scorecard
    price: Price


SECTIONS = (LoanPolicy,)
