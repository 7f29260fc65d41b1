"""A service of the courts' list that tests ask: signed, and told what to answer."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from werkzeug.wrappers import Request as WebRequest
from werkzeug.wrappers import Response

from loans.lists.court_client import TAG, CourtListClient
from loans.policy import CourtRules, LoanPolicy
from reference.signatures import Answer, Request, Signatures
from tests.support.policy import POLICY
from tests.support.scorers import CLIENT_KEY, SCORER_KEY, client_signatures


@dataclass
class CourtService:
    """Answers every question with the same entries, status and delay; keeps what it was asked."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    delay_s: float = 0.0
    key: Ed25519PrivateKey = SCORER_KEY
    client: Ed25519PublicKey = field(default_factory=CLIENT_KEY.public_key)  # who may ask
    body: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """The WSGI application."""
        request = WebRequest(environ)
        content = request.get_data()
        seen = Request(request.method, request.url, {k.lower(): v for k, v in request.headers})
        signatures = Signatures(self.key, {"kaihu": self.client}, TAG)
        signatures.verify(seen, content)  # a question that is not signed is a 500
        self.asked.append(json.loads(content))
        time.sleep(self.delay_s)
        said = json.dumps({"entries": self.entries}).encode() if self.body is None else self.body
        answer = Answer(self.status, {"content-type": "application/json"}, seen)
        signatures.sign(answer, said)
        return Response(said, self.status, list(answer.headers.items()))(environ, start_response)


def court_client(url: str, **changed: Any) -> CourtListClient:
    """What asks the service."""
    rules = POLICY.section(LoanPolicy).court
    assert rules is not None
    return CourtListClient(
        url, client_signatures(tag=TAG), CourtRules(**{**dict(rules), **changed})
    )
