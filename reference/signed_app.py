"""A WSGI application that answers who is known, and signs every answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus

from flask import Flask, Response, g, request
from http_message_signatures import HTTPMessageSignaturesException
from werkzeug.exceptions import HTTPException

from reference.signatures import Answer, NotSigned, Request, Signatures

JSON, PROBLEM = "application/json", "application/problem+json"
MAX_KEY = 128  # characters of an `Idempotency-Key`
RETRY_AFTER_S = "1"


def signed_app(name: str, signatures: Signatures, max_bytes: int) -> Flask:
    """An application with `/health`, which alone is not signed; `g.sender` is who asks."""
    app = Flask(name)
    app.config["MAX_CONTENT_LENGTH"] = max_bytes

    @app.before_request
    def verify() -> None:
        g.message = Request(request.method, request.url, dict(request.headers))
        if request.endpoint != "health":
            g.sender = signatures.verify(g.message, request.get_data())

    @app.after_request
    def sign(response: Response) -> Response:
        if "message" in g and "Signature" in g.message.headers:
            answer = Answer(response.status_code, dict(response.headers), g.message)
            with suppress(HTTPMessageSignaturesException):  # of a request that names none of ours
                signatures.sign(answer, response.get_data())
                response.headers.update(answer.headers)
        return response

    @app.get("/health")
    def health() -> Response:
        return Response(status=HTTPStatus.NO_CONTENT)

    app.register_error_handler(NotSigned, _not_signed)
    app.register_error_handler(HTTPException, _refused)
    return app


def problem(status: HTTPStatus, code: str, places: Sequence[str] = ()) -> Response:
    """A problem (RFC 9457); `places` are the fields that are wrong."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code}
    answer = Response(json.dumps({**body, "places": list(places)}), status, content_type=PROBLEM)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_AFTER_S
    return answer


def has_key() -> bool:
    """Whether the request names its asking: an `Idempotency-Key` of a length that is kept."""
    return 1 <= len(request.headers.get("Idempotency-Key", "")) <= MAX_KEY


def _not_signed(_error: NotSigned) -> Response:
    return problem(HTTPStatus.UNAUTHORIZED, "not_signed")


def _refused(error: HTTPException) -> Response:
    return problem(HTTPStatus(error.code or 500), "refused")
