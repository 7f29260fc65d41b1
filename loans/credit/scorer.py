"""Who is asked how safe a loan is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from loans.calls.signed_client import Asked
from loans.credit.scorer_client import ScorerAnswer


@runtime_checkable
class RiskScorer(Protocol):
    """Answers one question at a time; threads may share it."""

    def ask(self, question: Mapping[str, Any], key: str) -> Asked[ScorerAnswer]:
        """Every try, and the answer if there was a valid one; `key` names the asking."""


@dataclass(frozen=True)
class Scorers:
    """The scorer that decides, and one whose answers are kept and compared, if there is one."""

    deciding: RiskScorer
    shadow: RiskScorer | None = None
