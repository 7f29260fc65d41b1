"""One flask-restx namespace a resource; routes declare, use cases do."""

from __future__ import annotations

from importlib import import_module

from flask import Flask, Response
from flask_restx import Api

from app.problems import problem


class KaihuApi(Api):
    def handle_error(self, e: Exception) -> Response:
        """flask-restx would answer in a form of its own; every failure has one form here."""
        return problem(e)


api = KaihuApi(
    title="Kaihu 开户",
    version="1",
    prefix="/api/v1",
    doc="/api/v1/docs",
    description="Open an account in one minute, and get a loan decision.",
    authorizations={"bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}},
    security="bearer",
)

ROOMS = (
    "audit",
    "voice_verifications",
    "health",
    "loans",
    "me",
    "onboardings",
    "reviews",
    "sign_in",
    "accounts",
    "uploads",
)


def install_api(app: Flask) -> None:
    """Bring in the rooms, whose routes name themselves to `api`, and serve it."""
    for room in ROOMS:
        import_module(f"app.api.{room}")
    api.init_app(app)
