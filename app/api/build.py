"""The API of one application, put together; nothing of it outlives that application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_restx import Api, Namespace

from app.api.accounts import accounts_namespace
from app.api.audit import audit_namespace
from app.api.caller_verifications import caller_verifications_namespace
from app.api.contacts import contacts_namespace
from app.api.credit_cases import credit_cases_namespace
from app.api.declaration import PREFIX, Route, declared_routes
from app.api.documents import Documents, documents_namespace
from app.api.handovers import handovers_namespace
from app.api.health import health_namespace
from app.api.lines import lines_namespace
from app.api.lists import lists_namespace
from app.api.loans import loans_namespace
from app.api.me import me_namespace
from app.api.meta import meta_namespace
from app.api.onboardings import onboardings_namespace
from app.api.profile import profile_namespace
from app.api.reviews import reviews_namespace
from app.api.sign_in import sign_in_namespace
from app.api.sources import sources_namespace
from app.api.staff import staff_namespace
from app.api.uploads import uploads_namespace
from app.openapi.document import Group

TITLE = "Kaihu 开户"


class KaihuApi(Api):
    """flask-restx's routing, with our own documents and our own failures."""

    def __init__(self) -> None:
        super().__init__(title=TITLE, prefix=PREFIX, add_specs=False)

    def error_router(self, original_handler: Callable[[Exception], Any], e: Exception) -> Any:
        """Leave every failure to the application, which has one form for it (`app.problems`).

        flask-restx would look the route up first, and fail itself on a `Host` that cannot be one.
        """
        return original_handler(e)

    def _register_specs(self, app: Flask) -> None:
        """The documents are declared routes (`documents.py`)."""

    def _register_doc(self, app: Flask) -> None:
        """So is the page, and nothing is served at the prefix itself."""


def namespaces(documents: Documents) -> tuple[Namespace, ...]:
    """Every group of routes, in the order in which an owner meets them; then staff's."""
    return (
        meta_namespace(),
        sign_in_namespace(),
        onboardings_namespace(),
        handovers_namespace(),
        uploads_namespace(),
        sources_namespace(),
        profile_namespace(),
        loans_namespace(),
        lines_namespace(),
        contacts_namespace(),
        me_namespace(),
        staff_namespace(),
        accounts_namespace(),
        caller_verifications_namespace(),
        reviews_namespace(),
        lists_namespace(),
        credit_cases_namespace(),
        audit_namespace(),
        health_namespace(),
        documents_namespace(documents),
    )


def install_api(app: Flask) -> tuple[Route, ...]:
    """Serve the API below its prefix; returns its routes.

    Raises `RouteUndeclared` when one does not say who may call it.
    """
    api, documents = KaihuApi(), Documents()
    made = namespaces(documents)
    for namespace in made:
        api.add_namespace(namespace)
    api.init_app(app)
    tags = {
        PREFIX + url: namespace.name
        for namespace in made
        for resource in namespace.resources
        for url in api.ns_urls(namespace, resource.urls)
    }
    routes = declared_routes(app, tags)
    groups = tuple(Group(namespace.name, namespace.description) for namespace in made)
    documents.describe(routes, groups)
    return routes
