"""What the API says of itself: OpenAPI 3.1, Swagger 2.0, and a page to try it on."""

from __future__ import annotations

from typing import Any

from flask import Response, json, render_template
from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import Caller, services
from app.api.declaration import PREFIX, Route
from app.api.endpoint import reads, serves
from app.messages.words import Language, Words, policy_numbers
from app.openapi.document import Group, openapi_document
from app.openapi.swagger import swagger_document
from app.security_headers import page_policy
from storage.context import Context

JSON = "application/json"
HTML = "text/html"
SWAGGER = "/swagger.json"


class Documents:
    """The documents of one application, made of its routes when they are first asked for."""

    def __init__(self) -> None:
        self._routes: tuple[Route, ...] = ()
        self._groups: tuple[Group, ...] = ()
        self._openapi: dict[str, Any] | None = None

    def describe(self, routes: tuple[Route, ...], groups: tuple[Group, ...]) -> None:
        """What the documents are about."""
        self._routes, self._groups, self._openapi = routes, groups, None

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1."""
        if self._openapi is None:
            words = Words(Language.ENGLISH, policy_numbers(services().parts.policy))
            self._openapi = openapi_document(self._routes, self._groups, words)
        return self._openapi

    def swagger(self) -> dict[str, Any]:
        """Swagger 2.0."""
        return swagger_document(self.openapi())


class _Document(Resource):
    """A resource that is given the documents of its application."""

    def __init__(self, api: Any, documents: Documents) -> None:
        super().__init__(api)
        self.documents = documents


class OpenApi(_Document):
    """The API, for machines."""

    @serves("read_openapi", Permission.PUBLIC, answer=Response, content=JSON)
    def get(self, caller: Caller) -> Response:
        """Read this description of the API, OpenAPI 3.1.

        Generate a client from it.
        """
        return _json(self.documents.openapi())


class Swagger(_Document):
    """The API, for machines that read Swagger 2.0."""

    @serves("read_swagger", Permission.PUBLIC, answer=Response, content=JSON)
    def get(self, caller: Caller) -> Response:
        """Read this description of the API, Swagger 2.0.

        For the page at `/docs`; clients are better generated from `/openapi.json`.
        """
        return _json(self.documents.swagger())


class Page(Resource):
    """The API, for people."""

    @reads("read_page", Permission.PUBLIC, answer=Response, content=HTML)
    def get(self, context: Context) -> Response:
        """Open a page on which the API can be tried.

        "Authorize" takes `Bearer <access token>`.
        """
        page = render_template("swagger-ui.html", title=self.api.title, specs_url=PREFIX + SWAGGER)
        return Response(page, mimetype=HTML, headers={"Content-Security-Policy": page_policy(page)})


def documents_namespace(documents: Documents) -> Namespace:
    """The documents and the page."""
    namespace = Namespace("Documents", path="/", description="The API described.")
    namespace.add_resource(OpenApi, "/openapi.json", resource_class_args=(documents,))
    namespace.add_resource(Swagger, SWAGGER, resource_class_args=(documents,))
    namespace.add_resource(Page, "/docs")
    return namespace


def _json(document: dict[str, Any]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False, sort_keys=False), mimetype=JSON)
