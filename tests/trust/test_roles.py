"""Every route, every role, with the documents' own bodies: the policy's matrix and no more."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from access.permissions import Permission
from access.policy import RolesPolicy
from app.api.caller import EXTENSION
from app.api.declaration import PREFIX, Route, declared_routes
from app.factory import create_app
from app.schemas.common import FormRequest, QueryRequest
from app.services import Services, migrate
from app.settings import Settings
from audit.actions import Action
from core.actors import STAFF_ROLES, Role
from core.ids import new_id
from tests.support.devices import DeviceClient
from tests.support.factories import somebody
from tests.support.hashing import hash_cheaply
from tests.support.log import events
from tests.support.postgres import Postgres
from tests.support.web import session_of

CALLERS = (Role.APPLICANT, *STAFF_ROLES)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def application(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application over an empty database of each kind."""
    folder: Path = tmp_path_factory.mktemp("roles")
    settings = Settings(var=folder / "var", code_outbox=folder / "codes.jsonl")
    with ExitStack() as opened:
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            url = opened.enter_context(server.copy_of_template())
            settings = settings.model_copy(update={"database_url": url})
        migrate(settings)
        made = create_app(settings)
        hash_cheaply(made.extensions[EXTENSION])
        yield made
        made.extensions[EXTENSION].database.dispose()


def closed_routes(application: Flask) -> list[Route]:
    routes = declared_routes(application, {})
    return [one for one in routes if one.declaration.permission is not Permission.PUBLIC]


def address_of(route: Route) -> str:
    path = route.path
    for parameter in route.parameters:
        value = str(new_id()) if parameter.converter == "uuid" else "1"
        path = path.replace(f"{{{parameter.name}}}", (*parameter.values, value)[0])
    return PREFIX + path


def valid_request(route: Route) -> dict[str, Any]:
    """What `open` is given so that the body, form or query is the documents' own example."""
    model = route.declaration.body
    sent: dict[str, Any] = {"path": address_of(route), "method": route.method}
    if model is None:
        return sent
    example = dict(model.example)
    if issubclass(model, QueryRequest):
        return {**sent, "path": f"{sent['path']}?{urlencode(example)}"}
    if issubclass(model, FormRequest):
        file = (io.BytesIO(b"a photo"), "file")
        return {**sent, "data": {**example, "file": file}}
    return {**sent, "data": json.dumps(example), "content_type": "application/json"}


def called(application: Flask, services: Services, route: Route, holder: Any) -> TestResponse:
    """The answer in a session of its own: one of the routes ends it."""
    request = valid_request(route)
    headers = session_of(application, services, holder).headers
    client = DeviceClient(application, TestResponse)
    return client.open(request.pop("path"), headers=dict(headers), **request)


@pytest.mark.parametrize("role", CALLERS)
def test_a_role_does_what_the_policy_lets_it(application: Flask, role: Role) -> None:
    services: Services = application.extensions[EXTENSION]
    allowed = services.parts.policy.section(RolesPolicy).of(role)
    holder, holes, locked = somebody(services, role), [], []
    for route in closed_routes(application):
        answer = called(application, services, route, holder)
        silent = "not_allowed" if route.method == "HEAD" else ""  # an answer without a body
        code = (answer.get_json(silent=True) or {}).get("code", silent)
        refused = (answer.status_code, code) == (403, "not_allowed")
        if route.declaration.permission not in allowed and not refused:
            holes.append((route.operation, answer.status_code, code))
        if route.declaration.permission in allowed and (
            refused or answer.status_code == 401 or code == "fields_invalid"
        ):
            locked.append((route.operation, answer.status_code, code))
    assert holes == []
    assert locked == []
    refused_routes = [
        one for one in closed_routes(application) if one.declaration.permission not in allowed
    ]
    noted = [
        one
        for one in events(services, Action.ACCESS_REFUSED)
        if (one.actor_id, one.data["code"]) == (holder.id, "not_allowed")
    ]
    assert len(noted) == len(refused_routes)


def test_nobody_does_anything(application: Flask) -> None:
    client = application.test_client()
    for route in closed_routes(application):
        request = valid_request(route)
        assert client.open(request.pop("path"), **request).status_code == 401, route.operation
