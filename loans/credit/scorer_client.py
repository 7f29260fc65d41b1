"""Asks the risk scorer over HTTP, and believes nothing that the contract does not allow."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from loans.calls.signatures import Signatures
from loans.calls.signed_client import AnswerInvalid, Asked, SignedClient
from loans.policy import ScorerRules

TAG = "kaihu-scorer"
MAX_ANSWER_BYTES = 64 * 2**10
MAX_REASONS = 4
ASSESSMENTS = "/v1/assessments"
TERMS = ("amount_fen", "tenor_months", "purpose", "product")  # of the question, beside its features


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, strict=True)


class ScoredReason(_Message):
    """A feature that costs points."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    feature: str
    points_lost: Annotated[int, Field(ge=1)]


class ScoringModel(_Message):
    """The model that assessed."""

    name: str
    version: Annotated[str, Field(min_length=1, max_length=64)]
    card_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ScorerAnswer(_Message):
    """What the contract promises of an assessment."""

    assessment: Annotated[str, Field(min_length=1, max_length=64)]
    application: str
    model: ScoringModel
    points: int
    pd_12m: Annotated[float, Field(gt=0, lt=1)]
    reasons: Annotated[list[ScoredReason], Field(max_length=MAX_REASONS)]
    missing: list[str]
    valid_until: AwareDatetime


class ScorerClient:
    """Asks one scorer; threads may share it."""

    def __init__(self, url: str, signatures: Signatures, rules: ScorerRules) -> None:
        self._client = SignedClient("scorer", url, signatures, rules, MAX_ANSWER_BYTES)
        self._rules = rules

    @property
    def spares(self) -> bool:
        """Whether the scorer is left alone now, but for a try now and then."""
        return self._client.spares

    def ask(self, question: Mapping[str, Any], key: str) -> Asked[ScorerAnswer]:
        """Have an application assessed; `key` names the asking (`Idempotency-Key`)."""
        check = partial(_checked, question, self._rules)
        return self._client.ask(ASSESSMENTS, question, key, check)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _checked(question: Mapping[str, Any], rules: ScorerRules, content: bytes) -> ScorerAnswer:
    """The answer, if the contract allows it and it answers this question."""
    try:
        answer = ScorerAnswer.model_validate_json(content)
    except ValidationError as error:
        raise AnswerInvalid from error
    sent, missing = {*question["features"], *TERMS}, set(answer.missing)
    named = {reason.feature for reason in answer.reasons}
    if (
        answer.application != question["application"]
        or answer.model.name not in rules.models
        or missing & sent
        or not missing <= set(rules.features)
        or not named <= sent | missing
    ):
        raise AnswerInvalid
    return answer
