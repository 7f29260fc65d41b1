"""Signed requests to another party over HTTP, answered in time and signed, or not at all.

No transaction may be open while this waits.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import httpcore

from loans.credit.deadline import DeadlineBackend
from loans.credit.message_signatures import Answer, NotSigned, Request, Signatures

MAX_ANSWER_BYTES = 64 * 2**10
MAX_CONNECTIONS = 32
KEPT_OPEN_S = 10.0  # shorter than the reference scorer keeps an idle connection
JSON = "application/json"
OK, TOO_MANY, SERVER_ERROR = 200, 429, 500


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


class Unanswered(Exception):
    """A try without a valid answer."""

    def __init__(self, outcome: Outcome, status: int | None = None, problem: str = "") -> None:
        super().__init__(outcome)
        self.outcome, self.status, self.problem = outcome, status, problem


@dataclass(frozen=True)
class Limits:
    """How long a connection, and then an answer, is waited for, in seconds."""

    connect_s: float
    answer_s: float


class Exchange:
    """Connections to one other party; threads may share it."""

    def __init__(self, signatures: Signatures, limits: Limits) -> None:
        self._signatures, self._limits = signatures, limits
        self._network = DeadlineBackend()
        self._http = httpcore.ConnectionPool(
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEPT_OPEN_S,
            network_backend=self._network,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def post(
        self, url: str, body: bytes, key: str, until: float | None = None
    ) -> tuple[int, bytes]:
        """Status and body of a signed answer to a signed question, 5xx and 429 excepted.

        `key` names the asking (`Idempotency-Key`), `until` is of the monotonic clock. Raises
        `Unanswered`.
        """
        request = Request("POST", url, {"Content-Type": JSON, "Idempotency-Key": key})
        self._signatures.sign(request, body)
        answer, content = self._sent(request, body, until)
        status = answer.status_code
        if status >= SERVER_ERROR or status == TOO_MANY:
            raise Unanswered(Outcome.FAILED, status)
        try:
            self._signatures.verify(answer, content)
        except NotSigned as error:
            raise Unanswered(Outcome.UNSIGNED, status) from error
        return status, content

    def _sent(self, request: Request, body: bytes, until: float | None) -> tuple[Answer, bytes]:
        """The answer as it came, with its body. Raises `Unanswered`."""
        connect_s, answer_s = self._limits.connect_s, self._limits.answer_s
        last = time.monotonic() + connect_s + answer_s
        until = last if until is None else min(until, last)
        limits = {"connect": connect_s, "pool": connect_s, "read": answer_s, "write": answer_s}
        try:
            with (
                self._network.until(until),
                self._http.stream(
                    request.method,
                    request.url,
                    headers=list(request.headers.items()),
                    content=body,
                    extensions={"timeout": limits},
                ) as response,
            ):
                answer = Answer(response.status, _joined(response.headers), request)
                return answer, _read(response, until)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise Unanswered(Outcome.UNREACHED) from error
        except httpcore.TimeoutException as error:
            raise Unanswered(Outcome.LATE) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Unanswered(Outcome.FAILED) from error


def _read(response: httpcore.Response, until: float) -> bytes:
    """The body, if it comes in time and is not too large."""
    content = b""
    for part in response.iter_stream():
        content += part
        if len(content) > MAX_ANSWER_BYTES:
            raise Unanswered(Outcome.INVALID, response.status)
        if time.monotonic() > until:
            raise Unanswered(Outcome.LATE, response.status)
    return content


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name; those that came several times in one line (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        word, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined[word] = f"{joined[word]}, {text}" if word in joined else text
    return joined
