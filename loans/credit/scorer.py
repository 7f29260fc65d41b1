"""The risk scorer behind one interface, and the reference scorer that runs in the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from loans.policy import Scorecard

FEN_PER_10K_YUAN = 1_000_000


@dataclass(frozen=True)
class ScoringRequest:
    """What a scorer is given: nothing that names a person."""

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


@runtime_checkable
class RiskScorer(Protocol):
    """Answers one request at a time."""

    def score(self, request: ScoringRequest) -> Score:
        """How safe a loan is."""


class ReferenceScorer:
    """A points scorecard whose every number stands in the policy."""

    name = "reference-scorecard-1"

    def __init__(self, card: Scorecard) -> None:
        self._card = card

    def score(self, request: ScoringRequest) -> Score:
        """The sum of the card's points; a business older than its last band has that band's."""
        card = self._card
        bands = card.years_in_business
        years = next(
            (points for below, points in bands if request.years_in_business < below),
            bands[-1][1],
        )
        points = card.base + years + card.industry.get(request.industry, 0)
        points += card.limited_company if request.limited_company else 0
        points += round(card.amount_per_10k * request.amount_fen / FEN_PER_10K_YUAN)
        return Score(self.name, points, points >= card.approve_from)
