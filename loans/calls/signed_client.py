"""Asks another party's service over HTTP, and believes nothing that it did not sign.

One asking has few tries within a limited time, and every try is told. A service that fails again
and again is left alone for a while, which counts as away. No transaction may be open while this
waits.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar

import httpcore
import stamina
from pydantic import BaseModel, ConfigDict, ValidationError

from loans.calls.breaker import Breaker, Spared
from loans.calls.deadline import DeadlineBackend
from loans.calls.policy import CallRules
from loans.calls.signatures import Answer, NotSigned, Request, Signatures

MAX_PROBLEM = 200  # characters
MAX_CONNECTIONS = 32
KEPT_OPEN_S = 10.0  # shorter than the reference services keep an idle connection
FIRST_WAIT_S, LONGEST_WAIT_S, JITTER_S = 0.05, 0.3, 0.2  # between two tries
JSON = "application/json"
OK, TOO_MANY, SERVER_ERROR = 200, 429, 500

A = TypeVar("A")


class Outcome(StrEnum):
    """What came of one try."""

    ANSWERED = "answered"
    UNREACHED = "unreached"  # no connection
    LATE = "late"
    REFUSED = "refused"  # a signed 4xx: asking the same again would change nothing
    FAILED = "failed"  # 5xx, 429, or a connection that broke
    INVALID = "invalid"  # a signed answer that breaks the contract
    UNSIGNED = "unsigned"
    SPARED = "spared"  # not asked: the breaker is open


TRIED_AGAIN = {Outcome.UNREACHED, Outcome.LATE, Outcome.FAILED, Outcome.UNSIGNED}
FAILURES = {*TRIED_AGAIN, Outcome.INVALID}  # what opens the breaker


class AnswerInvalid(Exception):
    """A signed answer that breaks the contract, or answers another question."""


@dataclass(frozen=True)
class Try:
    """One try: what came of it, the status if there was one, how long it took."""

    outcome: Outcome
    status: int | None
    ms: int
    request_sha256: str
    problem: str = ""  # what a signed refusal names: a code, and the fields that are wrong


@dataclass(frozen=True)
class Asked(Generic[A]):
    """All tries of one asking, and the answer; None where there was no valid one."""

    tries: tuple[Try, ...]
    answer: A | None


class _Problem(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    code: str
    places: list[str] = []


class _Unanswered(Exception):
    """A try without a valid answer."""

    def __init__(self, outcome: Outcome, status: int | None = None, problem: str = "") -> None:
        super().__init__(outcome)
        self.outcome, self.status, self.problem = outcome, status, problem


@dataclass(frozen=True)
class _Asking(Generic[A]):
    """A question as it is sent, what checks its answer, and when the last try must have ended."""

    path: str
    body: bytes
    key: str
    check: Callable[[bytes], A]
    until: float  # of the monotonic clock


class SignedClient:
    """Asks one service; threads may share it."""

    def __init__(
        self, name: str, url: str, signatures: Signatures, rules: CallRules, max_bytes: int
    ) -> None:
        """`name` stands in the log; `max_bytes` bounds the body of an answer."""
        self._url, self._signatures, self._rules = url.rstrip("/"), signatures, rules
        self._max_bytes = max_bytes
        self._network = DeadlineBackend()
        self._http = httpcore.ConnectionPool(
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEPT_OPEN_S,
            network_backend=self._network,
        )
        self._breaker = Breaker(name, rules.failures_to_open, rules.open_s, _is_failure)

    @property
    def spares(self) -> bool:
        """Whether the service is left alone now, but for a try now and then."""
        return not self._breaker.closed

    def ask(
        self, path: str, question: Mapping[str, Any], key: str, check: Callable[[bytes], A]
    ) -> Asked[A]:
        """Post a question as JSON; `key` names the asking (`Idempotency-Key`).

        `check` makes the answer of a signed body; it raises `AnswerInvalid`.
        """
        body = json.dumps(question, ensure_ascii=False, sort_keys=True).encode()
        asking = _Asking(path, body, key, check, time.monotonic() + self._rules.within_s)
        tries: list[Try] = []
        answer: A | None = None
        with suppress(_Unanswered):
            for attempt in stamina.retry_context(
                on=_may_pass,
                attempts=self._rules.tries,
                timeout=self._rules.within_s,
                wait_initial=FIRST_WAIT_S,
                wait_max=LONGEST_WAIT_S,
                wait_jitter=JITTER_S,
            ):
                with attempt:
                    answer = self._try(asking, tries)
        return Asked(tuple(tries), answer)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _try(self, asking: _Asking[A], tries: list[Try]) -> A:
        """The answer to one try, which is added to `tries` either way. Raises `_Unanswered`."""
        begun, digest = time.monotonic(), hashlib.sha256(asking.body).hexdigest()

        def note(outcome: Outcome, status: int | None, problem: str = "") -> None:
            ms = round((time.monotonic() - begun) * 1000)
            tries.append(Try(outcome, status, ms, digest, problem))

        try:
            answer = self._breaker.call(partial(self._answer, asking))
        except Spared as error:
            note(Outcome.SPARED, None)
            raise _Unanswered(Outcome.SPARED) from error
        except _Unanswered as error:
            note(error.outcome, error.status, error.problem)
            raise
        note(Outcome.ANSWERED, OK)
        return answer

    def _answer(self, asking: _Asking[A]) -> A:
        headers = {"Content-Type": JSON, "Idempotency-Key": asking.key}
        request = Request("POST", self._url + asking.path, headers)
        self._signatures.sign(request, asking.body)
        answer, content = self._exchange(request, asking)
        status = answer.status_code
        if status >= SERVER_ERROR or status == TOO_MANY:
            raise _Unanswered(Outcome.FAILED, status)
        try:
            self._signatures.verify(answer, content)
        except NotSigned as error:
            raise _Unanswered(Outcome.UNSIGNED, status) from error
        if status != OK:
            raise _Unanswered(Outcome.REFUSED, status, _problem(content))
        try:
            return asking.check(content)
        except AnswerInvalid as error:
            raise _Unanswered(Outcome.INVALID, status) from error

    def _exchange(self, request: Request, asking: _Asking[A]) -> tuple[Answer, bytes]:
        """The answer as it came, with its body. Raises `_Unanswered`."""
        connect_s, answer_s = self._rules.connect_ms / 1000, self._rules.answer_ms / 1000
        until = min(asking.until, time.monotonic() + connect_s + answer_s)
        limits = {"connect": connect_s, "pool": connect_s, "read": answer_s, "write": answer_s}
        try:
            with (
                self._network.until(until),
                self._http.stream(
                    request.method,
                    request.url,
                    headers=list(request.headers.items()),
                    content=asking.body,
                    extensions={"timeout": limits},
                ) as response,
            ):
                answer = Answer(response.status, _joined(response.headers), request)
                return answer, self._read(response, until)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise _Unanswered(Outcome.UNREACHED) from error
        except httpcore.TimeoutException as error:
            raise _Unanswered(Outcome.LATE) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _Unanswered(Outcome.FAILED) from error

    def _read(self, response: httpcore.Response, until: float) -> bytes:
        """The body, if it comes in time and is not too large."""
        content = bytearray()
        for part in response.iter_stream():
            content += part
            if len(content) > self._max_bytes:
                raise _Unanswered(Outcome.INVALID, response.status)
            if time.monotonic() > until:
                raise _Unanswered(Outcome.LATE, response.status)
        return bytes(content)


def _problem(content: bytes) -> str:
    """What a refusal says, as far as it is a problem of the contract (RFC 9457)."""
    try:
        problem = _Problem.model_validate_json(content)
    except ValidationError:
        return ""
    return " ".join([problem.code, *problem.places])[:MAX_PROBLEM]


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name; those that came several times in one line (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        word, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined[word] = f"{joined[word]}, {text}" if word in joined else text
    return joined


def _is_failure(error: BaseException) -> bool:
    return not isinstance(error, _Unanswered) or error.outcome in FAILURES


def _may_pass(error: Exception) -> bool:
    return isinstance(error, _Unanswered) and error.outcome in TRIED_AGAIN
