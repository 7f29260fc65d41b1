"""The loan part of the policy, typed."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from core.money import BasisPoints, Fen
from core.policy import Part, Section
from loans.terms.contract import ContractRules
from loans.terms.product import Product
from loans.terms.rate import PriceRules


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


class ScorerRules(Part):
    """How long the risk scorer is waited for, and what may be believed of its answers."""

    connect_ms: Annotated[int, Field(gt=0)]
    answer_ms: Annotated[int, Field(gt=0)]  # after the connection is there
    tries: Annotated[int, Field(gt=0)]
    tries_within_s: Annotated[float, Field(gt=0)]
    failures_to_open: Annotated[int, Field(gt=0)]  # in a row, until it is left alone
    open_s: Annotated[float, Field(gt=0)]  # how long it is left alone
    catalogue: str  # version of the features' meaning
    features: tuple[str, ...]  # of the catalogue; an answer may call only these missing
    models: tuple[str, ...]  # names of models whose answers count


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
    pricing: PriceRules
    products: tuple[Product, ...]
    contract: ContractRules
    scorer: ScorerRules

    @model_validator(mode="after")
    def _products_can_be_lent(self) -> LoanPolicy:
        codes = [product.code for product in self.products]
        if len(set(codes)) != len(codes):
            raise ValueError("[[loans.products]]: a code stands twice")
        longest = max(step.max_months for step in self.pricing.funds)
        if any(product.tenors[-1] > longest for product in self.products):
            raise ValueError("[loans.pricing] funds: a product's tenor is longer")
        return self


SECTIONS = (LoanPolicy,)
