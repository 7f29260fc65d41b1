"""The risk scorer behind one interface, and the reference scorer that runs in the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from loans.policy import Scorecard


@dataclass(frozen=True)
class ScoringRequest:
    """What a scorer is told: nothing that names a person."""

    years_in_business: float
    limited_company: bool
    industry: str
    amount_fen: int
    tenor_months: int


@dataclass(frozen=True)
class Score:
    """Points, higher is safer, and whether they suffice."""

    scorer: str
    points: int
    approved: bool


class RiskScorer(Protocol):
    def score(self, request: ScoringRequest) -> Score: ...


class ReferenceScorer:
    """A points scorecard whose every number stands in the policy."""

    name = "reference-scorecard-1"

    def __init__(self, card: Scorecard) -> None:
        self._card = card

    def score(self, request: ScoringRequest) -> Score:
        card = self._card
        years = next(
            points for below, points in card.years_in_business if request.years_in_business < below
        )
        points = card.base + years + card.industry.get(request.industry, 0)
        points += card.limited_company if request.limited_company else 0
        points += round(card.amount_per_10k * request.amount_fen / 1_000_000)
        return Score(self.name, points, points >= card.approve_from)
