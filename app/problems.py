"""Failures -> RFC 9457 problem+json, in this one place."""

from __future__ import annotations

import json
from collections.abc import Mapping

import structlog
from flask import Flask, Response, g
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from access.proofs import ALGORITHM, ProofRefused, ProofUntimely
from app.language import words_of_request
from core import errors
from core.policy import Policy
from storage.damage import DAMAGE

log = structlog.get_logger()

CONTENT_TYPE = "application/problem+json"
STATUS: Mapping[type[errors.BusinessError], int] = {
    errors.Unauthenticated: 401,
    errors.Refused: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.BusinessError: 500,
}
KEPT_HEADERS = ("Allow", "Retry-After")  # of errors that Flask and Werkzeug raise


class FieldsInvalid(errors.Invalid):
    """What was sent does not fit its schema; `faults` say which fields, and why."""

    code = "fields_invalid"

    def __init__(self, error: ValidationError) -> None:
        super().__init__()
        self.faults = [
            {"field": ".".join(map(str, fault["loc"])), "code": fault["type"]}
            for fault in error.errors(include_input=False, include_url=False, include_context=False)
        ]


class RecordDamaged(errors.Conflict):
    """What is kept for the request was damaged; a person has to look."""

    code = "record_damaged"


class Problems:
    """Answers failures in the language of the request, with the numbers of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def answer(self, error: Exception) -> Answer:
        """The answer to any failure; an unexpected one reveals nothing of the inside."""
        if isinstance(error, errors.BusinessError):
            return self._business(error)
        if isinstance(error, HTTPException):
            return self._http(error)
        if isinstance(error, OperationalError):  # unreachable, full, or locked for too long
            log.exception("database unavailable", exc_info=error)
            return self._business(errors.Unavailable())
        if isinstance(error, DAMAGE):  # of one row or file: no defect of the request or the service
            log.exception("record damaged", exc_info=error)
            return self._business(RecordDamaged())
        log.exception("request failed", exc_info=error)
        return self._problem(500, "internal_error")

    def _business(self, error: errors.BusinessError) -> Response:
        if isinstance(error, FieldsInvalid):
            more: Mapping[str, object] = {"errors": error.faults}
        else:
            more = {}
            if error.__cause__ is not None:  # what is behind it is for operators, not the sender
                log.warning("request refused", code=error.code, exc_info=error)
        detail = words_of_request(self._policy).error(error)
        response = self._problem(status_of(type(error)), error.code, detail, **more)
        if isinstance(error, errors.TooMany | errors.Unavailable):
            response.headers["Retry-After"] = str(error.retry_after_s)
        if isinstance(error, errors.Unauthenticated):
            response.headers.update(challenge_of(error))
        return response

    def _http(self, error: HTTPException) -> Answer:
        status = error.code or 500
        if status < 400:  # a redirect is no failure
            return error.get_response()
        response = self._problem(status, http_code(error))
        for name, value in error.get_headers():
            if name in KEPT_HEADERS:
                response.headers[name] = value
        return response

    def _problem(
        self, status: int, code: str, detail: str | None = None, **more: object
    ) -> Response:
        body = {
            "type": f"urn:kaihu:problem:{code}",
            "title": code.replace("_", " "),
            "status": status,
            "code": code,
            "detail": detail or words_of_request(self._policy).failure(code),
            "instance": f"urn:kaihu:request:{g.get('request_id', '')}",
            **more,
        }
        return Response(json.dumps(body, ensure_ascii=False), status, content_type=CONTENT_TYPE)


def challenge_of(error: errors.Unauthenticated) -> Mapping[str, str]:
    """What a 401 asks for (RFC 9449, 7.1 and 8): a token and a proof, or a proof made anew."""
    about = f'error="{error.error}", ' if isinstance(error, ProofRefused) else ""
    nonce = {"DPoP-Nonce": error.nonce} if isinstance(error, ProofUntimely) else {}
    return {"WWW-Authenticate": f'DPoP {about}algs="{ALGORITHM}"', **nonce}


def status_of(kind: type[errors.BusinessError]) -> int:
    """The HTTP status of a kind of business error."""
    return next(status for base, status in STATUS.items() if issubclass(kind, base))


def http_code(error: HTTPException) -> str:
    """The code of an error that Werkzeug raises: its name, as `not_found`."""
    return error.name.lower().replace(" ", "_").replace("'", "")


def install_problems(app: Flask, problems: Problems) -> None:
    """Have every failure of the application answered as a problem."""
    app.register_error_handler(Exception, problems.answer)
