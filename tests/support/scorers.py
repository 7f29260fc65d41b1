"""Risk scorers that tests ask: the reference one, and ones whose answers are changed on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request as WebRequest

from loans.calls import signatures as product
from loans.credit.scorer_client import TAG, ScorerClient
from loans.policy import LoanPolicy, ScorerRules
from reference.scorer.answers import Answers
from reference.scorer.service import create_scorer, read_cards
from reference.scorer.settings import SHIPPED_CARDS
from reference.signatures import Answer, Request, Signatures
from tests.support.policy import POLICY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CLIENT_KEY, SCORER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
RULES = POLICY.section(LoanPolicy).scorer
CARDS = read_cards(SHIPPED_CARDS)


def scorer_signatures(key: Ed25519PrivateKey = SCORER_KEY, tag: str = TAG) -> Signatures:
    """What the scorer signs and verifies with."""
    return Signatures(key, {"kaihu": CLIENT_KEY.public_key()}, tag)


def client_signatures(key: Ed25519PrivateKey = CLIENT_KEY, tag: str = TAG) -> product.Signatures:
    """What the product signs and verifies with."""
    return product.Signatures(key, SCORER_KEY.public_key(), tag)


def reference_scorer(folder: Path, now: Callable[[], float] = time.time) -> Flask:
    """The reference scorer with the cards that ship; keeps its answers in a folder."""
    answers = Answers(folder / "answers.sqlite", now)
    return create_scorer(CARDS, scorer_signatures(), answers)


def client_of(url: str, rules: ScorerRules = RULES) -> ScorerClient:
    """What asks a scorer."""
    return ScorerClient(url, client_signatures(), rules)


def question(**changes: Any) -> dict[str, Any]:
    """A question about a shop of thirty months; keywords replace parts of it."""
    features: dict[str, float | str] = {"months_in_business": 30, "legal_form": "individual"}
    features["industry"] = "F"
    asked = {
        "application": "0198f3c2-7f1e-7aaa-9b1c-0242ac120002",
        "product": "working_capital",
        "purpose": "stock_of_goods",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "catalogue": "1",
        "features": {name: known(value) for name, value in features.items()},
    }
    return {**asked, **changes}


def known(value: float | str) -> dict[str, Any]:
    """A feature as it is sent."""
    return {"value": value, "source": "licence", "as_of": "2026-11-28"}


@dataclass(frozen=True)
class Reply:
    """What a scorer sends, and how."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    before_s: float = 0.0  # how long it waits first
    between_s: float = 0.0  # and between two bytes
    signed_by: Ed25519PrivateKey | None = field(default_factory=lambda: SCORER_KEY)

    def with_json(self, change: Callable[[dict[str, Any]], object]) -> Reply:
        """The same with a changed body; `change` works in place."""
        content = json.loads(self.body)
        change(content)
        return replace(self, body=json.dumps(content).encode())


Change = Callable[[WebRequest, Reply], Reply]


class ChangedScorer:
    """A WSGI application that answers as another does, but for a change; signs what comes out."""

    def __init__(self, scorer: Flask, change: Change) -> None:
        self._scorer, self._change = scorer, change
        self.requests = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.requests += 1
        request = WebRequest(environ)
        reply = self._changed(request, environ)
        time.sleep(reply.before_s)
        start_response(f"{reply.status} X", list(reply.headers.items()))
        return _trickled(reply) if reply.between_s else [reply.body]

    def _changed(self, request: WebRequest, environ: WSGIEnvironment) -> Reply:
        environ["wsgi.input"] = BytesIO(request.get_data())
        parts, status, headers = run_wsgi_app(self._scorer, environ, buffered=True)
        kept = {"Content-Type": headers.get("Content-Type", "")}
        if "Retry-After" in headers:
            kept["Retry-After"] = headers["Retry-After"]
        answered = Reply(int(status.split()[0]), kept, b"".join(parts))
        reply = self._change(request, answered)
        return replace(reply, headers=_signed(request, reply))


def unchanged(_request: WebRequest, reply: Reply) -> Reply:
    """What the scorer said."""
    return reply


def _signed(request: WebRequest, reply: Reply) -> Mapping[str, str]:
    headers = {**reply.headers, "Content-Length": str(len(reply.body))}
    if reply.signed_by is None or "Signature" not in request.headers:
        return headers
    asked = Request(request.method, request.url, dict(request.headers))
    answer = Answer(reply.status, headers, asked)
    scorer_signatures(reply.signed_by).sign(answer, reply.body)
    return answer.headers


def _trickled(reply: Reply) -> Iterable[bytes]:
    for position in range(len(reply.body)):
        time.sleep(reply.between_s)
        yield reply.body[position : position + 1]
