"""The Flask application, put together."""

from __future__ import annotations

import uuid

import structlog
from flask import Flask, Response, g, request

from app.api import install_api
from app.jobs.celery_broker import Announcer
from app.logging import configure_logs
from app.metrics import install_metrics
from app.problems import install_problems
from app.services import open_house
from app.settings import Settings
from app.tracing import start_traces, trace_requests

MOST_REQUEST_BYTES = 21 * 1024 * 1024
log = structlog.get_logger()


def create_app(settings: Settings) -> Flask:
    """The Flask application over an opened house. Fails at once on wrong settings or policy."""
    configure_logs()
    house = open_house(settings)
    app = Flask("kaihu")
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_REQUEST_BYTES,
        ERROR_INCLUDE_MESSAGE=False,
        RESTX_ERROR_404_HELP=False,
        RESTX_MASK_SWAGGER=False,
    )
    app.extensions["kaihu"] = house
    install_api(app)
    install_problems(app)
    install_metrics(app, house)
    _watch_requests(app)
    if settings.broker_url:
        Announcer(settings).announce_what_is_queued(house)
    start_traces(settings, "web")
    trace_requests(app, settings)
    return app


def _watch_requests(app: Flask) -> None:
    @app.before_request
    def name_request() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if given.isascii() and 0 < len(given) <= 64 else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def close_request(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        rule = str(request.url_rule or "unknown")
        log.info("request", method=request.method, route=rule, status=response.status_code)
        return response
