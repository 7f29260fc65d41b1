"""Business failures -> RFC 9457 problem+json, in this one place."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, json
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from storage import failures

log = structlog.get_logger()

STATUS: dict[type[failures.BusinessFailure], int] = {
    failures.Unauthenticated: 401,
    failures.Refused: 403,
    failures.NotFound: 404,
    failures.Conflict: 409,
    failures.Invalid: 422,
    failures.TooMany: 429,
    failures.Unavailable: 503,
}


def problem(error: Exception) -> Response:
    """The answer to any failure; what is not a business failure tells nothing of its inside."""
    if isinstance(error, failures.BusinessFailure):
        if (
            error.__cause__ is not None
        ):  # what is behind it is for whoever runs this, not the sender
            log.warning("request refused", code=error.code, exc_info=error)
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        response = _answer(status, error.code, error.detail)
        if isinstance(error, failures.TooMany | failures.Unavailable):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    if isinstance(error, ValidationError):
        fields = [
            {"field": ".".join(map(str, fault["loc"])), "code": fault["type"]}
            for fault in error.errors(include_input=False, include_url=False)
        ]
        return _answer(422, "fields_invalid", "请检查所填内容。Check the fields.", errors=fields)
    if isinstance(error, HTTPException):
        code = (error.name or "error").lower().replace(" ", "_")
        return _answer(error.code or 500, code, "请求无法处理。This request cannot be served.")
    if isinstance(error, OperationalError):  # the database is away, full or locked for too long
        log.exception("database unavailable", exc_info=error)
        return problem(failures.Unavailable())
    log.exception("request failed", exc_info=error)
    return _answer(500, "internal_error", "系统出错，请稍后再试。Something broke: try again later.")


def install_problems(app: Flask) -> None:
    app.register_error_handler(Exception, problem)


def _answer(status: int, code: str, detail: str, **more: object) -> Response:
    body = {
        "type": f"urn:kaihu:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        "instance": f"urn:kaihu:request:{g.get('request_id', '')}",
        **more,
    }
    return Response(json.dumps(body), status, content_type="application/problem+json")
