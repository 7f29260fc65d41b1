"""A route that does not say who may call it stops the start."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_restx import Resource

import app.api.build as build
from access.permissions import Permission
from app.api.declaration import (
    PREFIX,
    OperationNotUnique,
    PathMisread,
    RouteUndeclared,
    declared_routes,
)
from app.api.endpoint import reads
from app.api.meta import Meta, meta_namespace
from app.factory import create_app
from app.schemas.common import DoneResponse
from app.services import migrate
from app.settings import Settings
from storage.context import Context


class Undeclared(Resource):  # type: ignore[misc]  # flask-restx carries no types
    def get(self) -> dict[str, bool]:
        return {"open": True}


class SameName(Resource):  # type: ignore[misc]
    @reads("read_meta", Permission.PUBLIC, answer=DoneResponse)
    def get(self, context: Context) -> DoneResponse:
        """Answer."""
        return DoneResponse()


def test_an_undeclared_method_stops_the_start(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_undeclared() -> object:
        namespace = meta_namespace()
        namespace.add_resource(Undeclared, "/undeclared")
        return namespace

    monkeypatch.setattr(build, "meta_namespace", with_undeclared)
    with pytest.raises(RouteUndeclared, match="GET /api/v1/meta/undeclared"):
        create_app(sqlite_settings)


def test_an_undeclared_function_stops_the_start() -> None:
    app = Flask("test")
    app.add_url_rule(f"{PREFIX}/x", view_func=lambda: "open", endpoint="x")
    with pytest.raises(RouteUndeclared):
        declared_routes(app, {})


def test_a_function_outside_the_prefix_is_none_of_the_apis() -> None:
    app = Flask("test")
    app.add_url_rule("/metrics", view_func=lambda: "open", endpoint="x")
    assert declared_routes(app, {}) == ()


def test_an_operation_is_declared_once() -> None:
    app = Flask("test")
    for path, resource in (("meta", Meta), ("other", SameName)):
        app.add_url_rule(f"{PREFIX}/{path}", view_func=resource.as_view(path, None))
    with pytest.raises(OperationNotUnique):
        declared_routes(app, {})


def test_a_handler_takes_what_its_path_gives() -> None:
    app = Flask("test")
    view = Meta.as_view("meta", None)
    app.add_url_rule(f"{PREFIX}/meta/<uuid:meta_id>", view_func=view)
    with pytest.raises(PathMisread):
        declared_routes(app, {})


def test_applications_share_nothing(sqlite_settings: Settings) -> None:
    first, second = create_app(sqlite_settings), create_app(sqlite_settings)
    assert declared_routes(first, {}) == declared_routes(second, {})
    for app in (first, second):
        assert app.test_client().get(f"{PREFIX}/openapi.json").status_code == 200


@pytest.fixture
def sqlite_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("declared")
    settings = Settings(var=folder / "var", code_outbox=folder / "codes.jsonl")
    migrate(settings)
    return settings
