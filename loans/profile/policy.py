"""What the profile of a business goes by, typed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from core.money import BasisPoints, Fen
from core.policy import Part
from loans.profile.feature import Source
from loans.sources.categories import CategoryRules

BASIS_POINTS_A_UNIT = 10_000
MAX_POINTS = 100
Days = Annotated[int, Field(ge=0)]
LikelihoodRatio = Annotated[float, Field(gt=0)]


class SourceWeight(Part):
    """What a source may add to thickness, and after how many days it is worth half."""

    points: Annotated[int, Field(gt=0)]
    half_life_days: Annotated[int, Field(gt=0)]


class ThicknessRules(Part):
    """Weights of sources, which add up to 100."""

    sources: Annotated[dict[Source, SourceWeight], Field(min_length=1)]

    @model_validator(mode="after")
    def _add_up(self) -> ThicknessRules:
        if sum(weight.points for weight in self.sources.values()) != MAX_POINTS:
            raise ValueError(f"[loans.profile.thickness]: the points do not add up to {MAX_POINTS}")
        return self


class TurnoverRules(Part):
    """When two records are of one sale."""

    same_sale_s: Annotated[int, Field(ge=0)]  # between the times of two records of a sale
    mirror_share_bp: BasisPoints  # of an account's sales that another shows, too: then it mirrors
    max_fee_bp: BasisPoints  # of a sale, kept by who collects
    settlement_tolerance_bp: BasisPoints  # beside the fee: what is given back, a day cut early
    settlement_weeks_bp: BasisPoints  # of weeks that have to agree
    within_weeks_bp: BasisPoints  # of weeks with as much paid out: the account is a part of it
    settled_within_days: Annotated[int, Field(gt=0)]  # from a sale to its payment to the bank
    invoice_before_days: Days  # a payment may come so long before its invoice
    invoice_after_days: Days  # and so long after
    min_invoice_fen: Fen  # smaller ones are not looked for among unnamed payers
    record_tolerance_bp: BasisPoints  # by which a merchant's file may exceed an acquirer's record
    # Of a month that is lent by, what one payer may make up: from half on, one at most exceeds it.
    max_payer_share_bp: Annotated[int, Field(ge=5_000, lt=BASIS_POINTS_A_UNIT)]


class EvidenceRule(Part):
    """How much likelier a piece of evidence is with owners than with others, and why."""

    present: LikelihoodRatio
    absent: LikelihoodRatio = 1.0  # of having looked and found nothing
    half_life_days: Annotated[int, Field(gt=0)] | None = None  # None: it does not fade
    max_ratio: LikelihoodRatio | None = None  # of many pieces together
    stands_for: str | None = None  # another kind that says the same, and then is not counted
    why: str


class OwnerRules(Part):
    """Prior and likelihood ratios."""

    prior: Annotated[float, Field(gt=0, lt=1)]
    owner_from: Annotated[float, Field(gt=0, lt=1)]  # a probability
    window_days: Annotated[int, Field(gt=0)]  # searches before it are not counted
    prospective_from: Annotated[float, Field(gt=0)]  # faded searches of who wants to begin
    evidence: dict[str, EvidenceRule]


class ProfileRules(Part):
    """All of it."""

    categories: CategoryRules
    thickness: ThicknessRules
    turnover: TurnoverRules
    owner: OwnerRules
