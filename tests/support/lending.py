"""Applications decided in the test's own process: the scorer is replaced, nothing else is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.services import Services
from loans.calls.signed_client import Asked, Outcome, Try
from loans.contracts import ContractFont
from loans.credit.scorer import Scorers
from loans.credit.scorer_client import ScoredReason, ScorerAnswer, ScoringModel
from loans.lists.court_client import CourtList
from storage.context import Resources
from storage.handlers import Lane
from tests.support.fonts import common_letters
from tests.support.jobs import work_off_by_performing

SAFE, RISKY = 0.02, 0.5
YOUNG = ScoredReason(code="business_young", feature="months_in_business", points_lost=20)


@dataclass
class FixedScorer:
    """Satisfies `RiskScorer`: answers one probability, or nothing while it is `away`."""

    pd_12m: float = SAFE
    away: bool = False
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def ask(self, question: Mapping[str, Any], key: str) -> Asked[ScorerAnswer]:
        """What a scorer that holds to the contract answers."""
        self.asked.append(question)
        if self.away:
            return Asked((Try(Outcome.UNREACHED, None, 1, "0" * 64),), None)
        return Asked((Try(Outcome.ANSWERED, 200, 3, "0" * 64),), self._answer(question, key))

    def _answer(self, question: Mapping[str, Any], key: str) -> ScorerAnswer:
        return ScorerAnswer(
            assessment=key,
            application=question["application"],
            model=ScoringModel(name="fixed", version="1", card_sha256="0" * 64),
            points=600,
            pd_12m=self.pd_12m,
            reasons=[YOUNG],
            missing=[],
            valid_until=datetime.now(UTC) + timedelta(days=30),
        )


def lend(
    services: Services,
    scorer: FixedScorer | None = None,
    shadow: FixedScorer | None = None,
    court: CourtList | None = None,
) -> int:
    """Do every job of lending that is due; returns how many."""
    scorers = Scorers(scorer or FixedScorer(), shadow)
    lent = Resources(scorers, ContractFont(common_letters()))
    if court is not None:
        lent.add(CourtList, court)
    return work_off_by_performing(services, Lane.LENDING, lent)
