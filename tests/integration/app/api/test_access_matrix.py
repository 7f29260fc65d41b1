"""Who may call what: every declared route, every role, and the matrix of the policy between."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from access.permissions import Permission
from access.policy import RolesPolicy
from access.tokens import access_token
from app.api.caller import EXTENSION
from app.api.declaration import PREFIX, Route, declared_routes
from app.services import Services
from core.actors import STAFF_ROLES, Actor, ActorKind, Role
from core.ids import new_id

SOMEBODY = UUID("01990f3d-52f0-7d6a-bb0c-9a8f3c1e2e88")
CALLERS = (Role.APPLICANT, *STAFF_ROLES)


def address(route: Route) -> str:
    path = route.path
    for parameter in route.parameters:
        value = str(new_id()) if parameter.converter == "uuid" else "1"
        path = path.replace(f"{{{parameter.name}}}", (*parameter.values, value)[0])
    return PREFIX + path


def called(application: Flask, route: Route, authorization: str | None) -> TestResponse:
    headers = {"Authorization": authorization} if authorization else {}
    client = application.test_client()
    return client.open(address(route), method=route.method, headers=headers, data=b"")


def token(services: Services, role: Role) -> str:
    kind = ActorKind.APPLICANT if role is Role.APPLICANT else ActorKind.STAFF
    with services.reading() as context:
        return f"Bearer {access_token(context, Actor(kind, str(SOMEBODY), role))}"


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
    authorization = token(services, role)
    for route in declared_routes(application, {}):
        answer = called(application, route, authorization)
        body = answer.get_json(silent=True) or {}
        refused = answer.status_code == 403 and body.get("code", "not_allowed") == "not_allowed"
        assert refused is (route.declaration.permission not in allowed), (role, route)
        assert answer.status_code != 401, (role, route)


def test_a_forged_role_is_no_role(application: Flask, services: Services) -> None:
    forged = token(services, Role.SYSTEM)
    search = next(r for r in declared_routes(application, {}) if r.operation == "search_accounts")
    assert called(application, search, forged).status_code in {401, 403}
