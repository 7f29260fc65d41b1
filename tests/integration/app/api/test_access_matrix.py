"""Who may call what: every declared route, every role, and the matrix of the policy between."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from access.models import Staff
from access.permissions import Permission
from access.policy import RolesPolicy
from app.api.caller import EXTENSION
from app.api.declaration import PREFIX, Route, declared_routes
from app.services import Services
from core.actors import STAFF_ROLES, Role
from core.ids import new_id
from tests.support.devices import DeviceClient
from tests.support.factories import authorization_of, somebody
from tests.support.web import session_of

CALLERS = (Role.APPLICANT, *STAFF_ROLES)


def address(route: Route) -> str:
    path = route.path
    for parameter in route.parameters:
        value = str(new_id()) if parameter.converter == "uuid" else "1"
        path = path.replace(f"{{{parameter.name}}}", (*parameter.values, value)[0])
    return PREFIX + path


def called(application: Flask, route: Route, authorization: str | None) -> TestResponse:
    headers = {"Authorization": authorization} if authorization else {}
    client = DeviceClient(application, TestResponse)
    return client.open(address(route), method=route.method, headers=headers, data=b"")


@pytest.fixture(scope="module")
def services(application: Flask) -> Services:
    opened: Services = application.extensions[EXTENSION]
    return opened


def test_nobody_passes_a_closed_route(application: Flask) -> None:
    for route in declared_routes(application, {}):
        status = called(application, route, None).status_code
        closed = route.declaration.permission is not Permission.PUBLIC
        assert (status == 401) is closed, route


@pytest.mark.parametrize("wrong", ["Bearer x", "Basic eDp5", "Bearer", "bearer ", "Bearer \xff"])
def test_a_wrong_token_passes_no_closed_route(application: Flask, wrong: str) -> None:
    for route in declared_routes(application, {}):
        if route.declaration.permission is not Permission.PUBLIC:
            assert called(application, route, wrong).status_code == 401


@pytest.mark.parametrize("role", CALLERS)
def test_roles_pass_where_the_policy_lets_them(
    application: Flask, services: Services, role: Role
) -> None:
    allowed = services.parts.policy.section(RolesPolicy).of(role)
    holder = somebody(services, role)
    for route in declared_routes(application, {}):
        # Each in a session of its own: one of the routes ends it.
        authorization = session_of(application, services, holder).headers["Authorization"]
        answer = called(application, route, authorization)
        body = answer.get_json(silent=True) or {}
        refused = answer.status_code == 403 and body.get("code", "not_allowed") == "not_allowed"
        assert refused is (route.declaration.permission not in allowed), (role, route)
        assert answer.status_code != 401, (role, route)


def test_a_role_that_is_taken_away_is_gone_at_once(application: Flask, services: Services) -> None:
    agent = somebody(services, Role.AGENT)
    authorization = authorization_of(services, agent)
    search = next(r for r in declared_routes(application, {}) if r.operation == "search_accounts")
    assert called(application, search, authorization).status_code == 422
    with services.transaction() as context:
        context.session.get_one(Staff, agent.uuid).role = Role.REVIEWER
    assert called(application, search, authorization).status_code == 403
    with services.transaction() as context:
        context.session.delete(context.session.get_one(Staff, agent.uuid))
    assert called(application, search, authorization).status_code == 401
