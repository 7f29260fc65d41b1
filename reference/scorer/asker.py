"""A client that asks any scorer and checks each answer: what `verify.py` checks a contract with."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from reference.scorer import TAG
from reference.scorer.messages import AssessmentAnswer
from reference.signatures import Answer, NotSigned, Request, Signatures

ASSESSMENTS, MODEL = "/v1/assessments", "/v1/model"
JSON, PROBLEM = "application/json", "application/problem+json"
PATIENCE_S = 10.0
TERMS = ("amount_fen", "tenor_months", "purpose", "product")


class Breach(Exception):
    """What a scorer does that the contract does not allow."""


@dataclass(frozen=True)
class Reply:
    """What came back, with a signature that was checked."""

    status: int
    media_type: str
    body: bytes
    seconds: float

    @property
    def problem(self) -> Mapping[str, Any]:
        """The problem that it tells. Raises `Breach`."""
        try:
            problem = json.loads(self.body)
        except ValueError as error:
            raise Breach(f"{self.status} without a problem in JSON") from error
        if self.media_type != PROBLEM or not isinstance(problem, dict) or "code" not in problem:
            raise Breach(f"{self.status} is told as {self.media_type}, not as {PROBLEM}")
        return problem


@dataclass
class Asker:
    """A client of one scorer, with keys of its own."""

    url: str
    own: Ed25519PrivateKey
    scorer: Ed25519PublicKey
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=PATIENCE_S, trust_env=False)
    )

    def send(
        self, body: bytes, key: str, *, change: Callable[[Request], None] | None = None
    ) -> Reply:
        """Send a body as a question; `change` works on the request after it was signed.

        Raises `Breach` unless what comes back is signed.
        """
        headers = {"Content-Type": JSON, "Idempotency-Key": key}
        request = Request("POST", self.url + ASSESSMENTS, headers)
        return self._send(request, body, change)

    def model(self) -> Reply:
        """The model's description. Raises `Breach`."""
        return self._send(Request("GET", self.url + MODEL, {}), b"", None)

    def ask(self, question: Mapping[str, Any], key: str = "") -> AssessmentAnswer:
        """The answer to a question. Raises `Breach` where there is none, or it is invalid."""
        reply = self.send(body_of(question), key or new_key())
        if reply.status != httpx.codes.OK:
            raise Breach(f"a valid question is answered with {reply.status}: {reply.body[:200]!r}")
        return _valid(reply, question)

    def _send(
        self, request: Request, body: bytes, change: Callable[[Request], None] | None
    ) -> Reply:
        signatures = Signatures(self.own, {"scorer": self.scorer}, TAG)
        signatures.sign(request, body)
        if change is not None:
            change(request)
        begun = time.monotonic()
        try:
            got = self.http.request(
                request.method, request.url, content=body or None, headers=dict(request.headers)
            )
        except httpx.HTTPError as error:
            raise Breach(f"{request.method} {request.url}: {error!r}") from error
        seconds = time.monotonic() - begun
        if change is None:
            try:
                signatures.verify(Answer(got.status_code, dict(got.headers), request), got.content)
            except NotSigned as error:
                raise Breach(f"an answer ({got.status_code}) without a valid signature") from error
        media_type = got.headers.get("content-type", "").partition(";")[0]
        return Reply(got.status_code, media_type, got.content, seconds)


def _valid(reply: Reply, asked: Mapping[str, Any]) -> AssessmentAnswer:
    try:
        answer = AssessmentAnswer.model_validate_json(reply.body)
    except ValidationError as error:
        where = {".".join(map(str, fault["loc"])) for fault in error.errors()}
        raise Breach(f"an answer breaks the schema: {', '.join(sorted(where))}") from error
    if answer.application != asked["application"]:
        raise Breach("an answer is about another application")
    lost = [reason.points_lost for reason in answer.reasons]
    named = {reason.feature for reason in answer.reasons}
    if lost != sorted(lost, reverse=True):
        raise Breach("reasons are not the ones that cost most, the most first")
    if not named <= {*asked["features"], *TERMS, *answer.missing}:
        raise Breach("a reason is about something that was neither sent nor missing")
    return answer


def body_of(asked: Mapping[str, Any]) -> bytes:
    """A question as it is sent."""
    return json.dumps(asked).encode()


def new_key() -> str:
    """A key, or an application's id, that nobody used before."""
    return secrets.token_hex(16)
