"""Asks the risk scorer over HTTP, and believes nothing that the contract does not allow.

One asking has at most two tries within two seconds, and every try is told. A scorer that fails
again and again is left alone for a while, which counts as away. No transaction may be open while
this waits.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import stamina
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from loans.credit.breaker import Breaker, Spared
from loans.credit.exchange import FAILURES, OK, TRIED_AGAIN, Exchange, Limits, Outcome, Unanswered
from loans.credit.message_signatures import Signatures
from loans.policy import ScorerRules

MAX_REASONS = 4
MAX_PROBLEM = 200  # characters
FIRST_WAIT_S, LONGEST_WAIT_S, JITTER_S = 0.05, 0.3, 0.2  # between two tries
ASSESSMENTS = "/v1/assessments"
TERMS = ("amount_fen", "tenor_months", "purpose", "product")  # of the question, beside its features


@dataclass(frozen=True)
class Try:
    """One try: what came of it, the status if there was one, how long it took."""

    outcome: Outcome
    status: int | None
    ms: int
    request_sha256: str
    problem: str = ""  # what a signed refusal names: a code, and the fields that are wrong


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


class _Problem(_Message):
    code: str
    places: list[str] = []


@dataclass(frozen=True)
class Asked:
    """All tries of one asking, and the answer; None where there was no valid one."""

    tries: tuple[Try, ...]
    answer: ScorerAnswer | None


@dataclass(frozen=True)
class _Asking:
    """A question as it is sent, and when the last try of it must have ended."""

    question: Mapping[str, Any]
    body: bytes
    key: str
    until: float  # of the monotonic clock


class ScorerClient:
    """Asks one scorer; threads may share it."""

    def __init__(self, url: str, signatures: Signatures, rules: ScorerRules) -> None:
        self._url, self._rules = url.rstrip("/"), rules
        limits = Limits(rules.connect_ms / 1000, rules.answer_ms / 1000)
        self._exchange = Exchange(signatures, limits)
        self._breaker = Breaker("scorer", rules.failures_to_open, rules.open_s, _is_failure)

    @property
    def spares(self) -> bool:
        """Whether the scorer is left alone now, but for a try now and then."""
        return not self._breaker.closed

    def ask(self, question: Mapping[str, Any], key: str) -> Asked:
        """Have an application assessed; `key` names the asking (`Idempotency-Key`)."""
        body = json.dumps(question, ensure_ascii=False, sort_keys=True).encode()
        asking = _Asking(question, body, key, time.monotonic() + self._rules.tries_within_s)
        tries: list[Try] = []
        answer: ScorerAnswer | None = None
        with suppress(Unanswered):
            for attempt in stamina.retry_context(
                on=_may_pass,
                attempts=self._rules.tries,
                timeout=self._rules.tries_within_s,
                wait_initial=FIRST_WAIT_S,
                wait_max=LONGEST_WAIT_S,
                wait_jitter=JITTER_S,
            ):
                with attempt:
                    answer = self._try(asking, tries)
        return Asked(tuple(tries), answer)

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _try(self, asking: _Asking, tries: list[Try]) -> ScorerAnswer:
        """The answer to one try, which is added to `tries` either way. Raises `Unanswered`."""
        begun, digest = time.monotonic(), hashlib.sha256(asking.body).hexdigest()

        def note(outcome: Outcome, status: int | None, problem: str = "") -> None:
            ms = round((time.monotonic() - begun) * 1000)
            tries.append(Try(outcome, status, ms, digest, problem))

        try:
            answer = self._breaker.call(partial(self._answer, asking))
        except Spared as error:
            note(Outcome.SPARED, None)
            raise Unanswered(Outcome.SPARED) from error
        except Unanswered as error:
            note(error.outcome, error.status, error.problem)
            raise
        note(Outcome.ANSWERED, OK)
        return answer

    def _answer(self, asking: _Asking) -> ScorerAnswer:
        status, content = self._exchange.post(
            self._url + ASSESSMENTS, asking.body, asking.key, asking.until
        )
        if status != OK:
            raise Unanswered(Outcome.REFUSED, status, _problem(content))
        return _checked(content, asking.question, self._rules)


def _problem(content: bytes) -> str:
    """What a refusal says, as far as it is a problem of the contract (RFC 9457)."""
    try:
        problem = _Problem.model_validate_json(content)
    except ValidationError:
        return ""
    return " ".join([problem.code, *problem.places])[:MAX_PROBLEM]


def _checked(content: bytes, question: Mapping[str, Any], rules: ScorerRules) -> ScorerAnswer:
    """The answer, if the contract allows it and it answers this question."""
    try:
        answer = ScorerAnswer.model_validate_json(content)
    except ValidationError as error:
        raise Unanswered(Outcome.INVALID, OK) from error
    sent, missing = {*question["features"], *TERMS}, set(answer.missing)
    named = {reason.feature for reason in answer.reasons}
    if (
        answer.application != question["application"]
        or answer.model.name not in rules.models
        or missing & sent
        or not missing <= set(rules.features)
        or not named <= sent | missing
    ):
        raise Unanswered(Outcome.INVALID, OK)
    return answer


def _is_failure(error: BaseException) -> bool:
    return not isinstance(error, Unanswered) or error.outcome in FAILURES


def _may_pass(error: Exception) -> bool:
    return isinstance(error, Unanswered) and error.outcome in TRIED_AGAIN
