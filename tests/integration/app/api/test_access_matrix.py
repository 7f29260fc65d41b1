"""Who may call what: every declared operation, with a valid request, by everybody.

What is expected comes from the declarations of the routes and the matrix of the policy; requests
come from `tests/support/examples.py`. That the holder of each succeeds, last, shows that the others
were refused for who they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from access.permissions import Permission
from access.policy import RolesPolicy
from app.api.declaration import PREFIX, VARIABLE, Route, declared_routes
from app.factory import create_app
from app.settings import Settings
from core.actors import STAFF_ROLES, Role, staff
from core.ids import new_id
from tests.support.clock import MovableClock
from tests.support.examples import EXAMPLES, NOBODY, Example, World
from tests.support.factories import authorization_of
from tests.support.postgres import Postgres
from tests.support.web import Web

NO_TOKENS = ("", "Bearer", "Bearer x", "Basic eDp5", "bearer ", "DPoP x", "Bearer \xff")
PUBLIC = {
    *("read_meta", "read_health", "read_readiness", "read_openapi", "read_swagger", "read_page"),
    *(
        "request_code",
        "sign_in",
        "refresh_tokens",
        "sign_in_staff",
        "describe_source_uploads",
        "describe_uploads",
    ),
    *("read_handover", "use_handover"),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path
) -> Iterator[World]:
    """Everybody, in one database of each kind that all tests of this file share."""
    folder = tmp_path_factory.mktemp("matrix")
    (folder / "var").mkdir()
    shutil.copyfile(migrated_sqlite, folder / "var" / "kaihu.sqlite")
    settings = Settings(var=folder / "var", code_outbox=folder / "codes.jsonl")
    with ExitStack() as opened:
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            url = opened.enter_context(server.copy_of_template())
            settings = settings.model_copy(update={"database_url": url})
        clock = MovableClock()
        made = World(create_app(settings, clock), clock)
        yield made
        made.services.database.dispose()


@pytest.fixture(scope="module")
def routes(world: World) -> dict[str, Route]:
    return {route.operation: route for route in declared_routes(world.app, {})}


def test_every_operation_has_a_valid_example(routes: dict[str, Route]) -> None:
    assert sorted(routes.keys() - EXAMPLES.keys()) == [], "add one to tests/support/examples.py"
    assert sorted(EXAMPLES.keys() - routes.keys()) == []


@pytest.mark.parametrize("operation", sorted(EXAMPLES))
def test_an_operation_is_open_to_its_holder_and_to_nobody_else(
    world: World, routes: dict[str, Route], operation: str
) -> None:
    route, example = routes[operation], EXAMPLES[operation](world)
    assert path_of(world, route, example) == PREFIX + route.path, "an example of another route"
    if route.declaration.permission is not Permission.PUBLIC:
        assert_closed_to_strangers(world, route, example)
        for role, web in others(world, example):
            assert_as_the_policy_says(world, route, example, role, web)
        assert_closed_to_a_token_alone(world, route, example)
    answer = example.sent(holder(world, example), route.method)
    assert answer == (route.declaration.status, ""), "the example is not valid"


@pytest.mark.parametrize("operation", sorted(EXAMPLES))
def test_public_operations_are_those_that_are_known(
    routes: dict[str, Route], operation: str
) -> None:
    is_public = routes[operation].declaration.permission is Permission.PUBLIC
    assert is_public is (operation in PUBLIC)


def assert_closed_to_strangers(world: World, route: Route, example: Example) -> None:
    for authorization in (None, *NO_TOKENS):
        headers = {} if authorization is None else {"Authorization": authorization}
        status, code = example.sent(Web(world.client, headers), route.method)
        assert status == 401, authorization
        assert code in {"token_invalid", "" if route.method == "HEAD" else "token_invalid"}


def assert_closed_to_a_token_alone(world: World, route: Route, example: Example) -> None:
    """Whoever has an owner's token and not their device gets nowhere, but to what says so."""
    if not isinstance(example.holder, Web) or "Bearer " in example.holder.headers["Authorization"]:
        return
    for scheme in ("Bearer", "DPoP"):
        stolen = Web(world.client, {"Authorization": f"{scheme} {example.holder.token}"})
        status, _ = example.sent(stolen, route.method)
        assert (status == 401) is not (route.declaration.token_alone and scheme == "Bearer")


def assert_as_the_policy_says(
    world: World, route: Route, example: Example, role: Role, web: Web
) -> None:
    """Without the permission nobody; with it, what belongs to nobody else."""
    policy, declared = world.services.parts.policy, route.declaration
    status, code = example.sent(web, route.method)
    if declared.permission not in policy.section(RolesPolicy).of(role):
        assert status == 403, (role, code)
        assert code in {"not_allowed", "" if route.method == "HEAD" else "not_allowed"}, role
    elif example.others:
        assert status in example.others, (role, code)
        assert code != "not_allowed", role
    else:
        assert status == declared.status, (role, code)


def others(world: World, example: Example) -> Iterator[tuple[Role, Web]]:
    """Everybody else: another applicant, in a confined session, too, and each role of staff."""
    yield Role.APPLICANT, world.stranger
    yield Role.HANDED_OVER, world.confined
    for role in STAFF_ROLES:
        if role != example.holder:
            yield role, world.as_role(role)


def holder(world: World, example: Example) -> Web:
    if isinstance(example.holder, Web):
        return example.holder
    return world.nobody() if example.holder == NOBODY else world.as_role(Role(example.holder))


def path_of(world: World, route: Route, example: Example) -> str:
    """The path of the rule that an example meets, as a route writes it."""
    adapter = world.app.url_map.bind("kaihu.example")
    path = PREFIX + example.path.partition("?")[0]
    rule, _ = adapter.match(path, route.method, return_rule=True)
    return VARIABLE.sub(r"{\g<name>}", rule.rule)


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.ANONYMOUS])
def test_roles_that_are_nobodys_have_no_session(world: World, role: Role) -> None:
    intruder = staff(new_id(), role)
    web = Web(world.client, {"Authorization": authorization_of(world.services, intruder)})
    assert EXAMPLES["list_cases"](world).sent(web, "GET") == (401, "token_invalid")
