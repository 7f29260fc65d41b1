"""The Flask application, put together."""

from __future__ import annotations

import uuid

import structlog
from flask import Flask, Response, g, request
from werkzeug.routing import IntegerConverter

from app.api.build import install_api
from app.api.caller import EXTENSION
from app.codes import CodeSender, OutboxSender
from app.compression import install_compression
from app.jobs.celery_broker import Announcer
from app.language import install_language
from app.listening.places import Places
from app.logging import configure_logging
from app.metrics import install_metrics
from app.pages.routes import install_pages
from app.problems import Problems, install_problems
from app.requests import MemoryRequest
from app.security_headers import install_security_headers
from app.services import open_services
from app.settings import Settings
from app.tracing import start_tracing, trace_requests
from app.web.environ import REFUSED
from core.clock import Clock
from kyc.policy import UploadPolicy

ENVELOPE_BYTES = 1024 * 1024  # of a multipart form around its file
MAX_CLIENT_ID = 64
log = structlog.get_logger()


class ShortInteger(IntegerConverter):
    """A number in a path, of at most 15 digits: more have no meaning, and cost time to parse."""

    regex = r"[0-9]{1,15}"


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """The Flask application over opened services.

    Fails at once on wrong settings, a wrong policy, or a route that does not say who may call it.
    """
    configure_logging()
    services = open_services(settings, clock)
    services.parts.resources.add(CodeSender, OutboxSender(settings.codes))
    services.parts.resources.add(Places, Places())
    policy = services.parts.policy
    app = Flask("kaihu")
    app.request_class = MemoryRequest
    app.url_map.converters["int"] = ShortInteger
    app.url_map.merge_slashes = False  # it would redirect to whatever `Host` says
    app.config.update(
        MAX_CONTENT_LENGTH=policy.section(UploadPolicy).max_bytes + ENVELOPE_BYTES,
        RESTX_ERROR_404_HELP=False,
    )
    app.extensions[EXTENSION] = services
    install_api(app)
    install_pages(app)
    install_problems(app, Problems(policy))
    install_language(app)
    install_metrics(app, services)
    install_security_headers(app)
    install_compression(app)
    _watch_requests(app)
    if settings.broker_url:
        Announcer(settings).announce_what_is_queued(services)
    start_tracing(settings, "web")
    trace_requests(app, settings)
    return app


def _watch_requests(app: Flask) -> None:
    @app.before_request
    def name_request() -> None:
        g.request_id = uuid.uuid4().hex  # never the client's: two requests could have the same
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        given = request.headers.get("X-Request-ID", "")
        if given.isascii() and given.isprintable() and 0 < len(given) <= MAX_CLIENT_ID:
            structlog.contextvars.bind_contextvars(client_request_id=given)

    @app.before_request
    def refuse() -> None:
        refusal = request.environ.get(REFUSED)
        if refusal is not None:
            raise refusal

    @app.after_request
    def close_request(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        rule = str(request.url_rule or "unknown")
        log.info("request", method=request.method, route=rule, status=response.status_code)
        return response
