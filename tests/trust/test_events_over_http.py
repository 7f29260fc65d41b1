"""Show 11: over HTTP, each reading, refusal, failed sign-in and damaged record is one event.

Every operation of the API is called as everybody with the valid requests of
`tests/support/examples.py`; one that is listed nowhere here fails. SQLite: what is shown belongs to
the routes, not to the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa

from access.models import AccessSession, Applicant, Staff
from access.permissions import Permission
from access.policy import RolesPolicy, SignInPolicy, StaffPolicy
from access.staff import AddStaff, add_staff
from app.api.declaration import PREFIX, Route, declared_routes
from app.factory import create_app
from app.settings import ROOT, Settings
from audit.actions import APPLICANT, LOAN, ONBOARDING, REASON, REQUIRED, Action
from audit.models import AuditEvent
from core.actors import STAFF_ROLES, Role
from core.ids import new_id
from kyc.evidence.models import Evidence
from kyc.onboarding.models import Onboarding
from kyc.policy import AccountsPolicy
from tests.support.clock import MovableClock
from tests.support.examples import EXAMPLES, NOBODY, Example, World
from tests.support.findings import OWNER
from tests.support.web import DECLARED, PASSWORD, Web, enter

OWN, HISTORY = Action.OWN_DATA_READ, Action.AUDIT_READ
READINGS = {
    "claim_case": Action.REVIEW_CLAIMED,
    "export_own_data": Action.DATA_EXPORTED,
    "find_accounts": Action.ACCOUNTS_SEARCHED,
    "list_accesses": HISTORY,
    "list_applications": Action.APPLICATIONS_LISTED,
    "list_cases": Action.REVIEW_QUEUE_READ,
    "list_draws": OWN,
    "list_lines": OWN,
    "list_objections": Action.OBJECTIONS_LISTED,
    "list_own_objections": OWN,
    "list_own_sessions": OWN,
    "list_sources": OWN,
    "read_list_entries": Action.LIST_READ,
    "read_list_hits": Action.LIST_READ,
    "read_list_proposals": Action.LIST_READ,
    "read_lists": Action.LIST_READ,
    "list_staff": Action.STAFF_LISTED,
    "read_account": Action.ACCOUNT_READ,
    "read_application": OWN,
    "read_contact_preferences": OWN,
    "read_caller_verification": Action.VOICE_VERIFICATION_READ,
    "read_caller_verification_alias": Action.VOICE_VERIFICATION_READ,
    "read_contract": Action.CONTRACT_READ,
    "read_draw": OWN,
    "read_draw_note": Action.DRAW_NOTE_READ,
    "read_draw_schedule": OWN,
    "read_entries": HISTORY,
    "read_history": HISTORY,
    "read_line": OWN,
    "read_names": Action.FACTS_UNSEALED,
    "read_onboarding": OWN,
    "read_own_account": OWN,
    "read_own_verification": OWN,
    "read_profile": OWN,
    "read_schedule": OWN,
    "read_source_file": OWN,
    "search_accounts": Action.ACCOUNTS_SEARCHED,
    "search_events": HISTORY,
    "stream_application": OWN,
    "stream_line": OWN,
    "stream_onboarding": OWN,
    "stream_profile": OWN,
    "unmask_account": Action.ACCOUNT_UNMASKED,
    "view_evidence": Action.REVIEW_EVIDENCE_VIEWED,
}
# They say nothing of a person; `docs/audit-log.md` names them.
OF_NOBODY = {
    *("prove_consistency", "prove_inclusion", "read_challenges", "read_checkpoint", "read_tile"),
    *("read_tile_checkpoint", "read_upload", "describe_uploads", "list_products", "list_purposes"),
    *("describe_source_uploads", "read_source_upload"),
    *("read_health", "read_meta", "read_openapi", "read_page", "read_readiness", "read_swagger"),
}
# The example gives a consent that was given before, which changes nothing.
UNCHANGED = {"give_consent"}
CHANGES = EXAMPLES.keys() - READINGS.keys() - OF_NOBODY - UNCHANGED


@contextmanager
def everybody(folder: Path, database: Path) -> Iterator[World]:
    """A world of its own; an example is made once in each."""
    (folder / "var").mkdir()
    shutil.copyfile(database, folder / "var" / "kaihu.sqlite")
    settings = Settings(var=folder / "var", code_outbox=folder / "codes.jsonl")
    clock = MovableClock()
    made = World(create_app(settings, clock), clock)
    yield made
    made.services.database.dispose()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[World]:
    """Everybody, in one database that the tests of what succeeds share."""
    with everybody(tmp_path_factory.mktemp("events"), migrated_sqlite) as made:
        yield made


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[World]:
    """Everybody, in one database that the tests of what is refused share."""
    with everybody(tmp_path_factory.mktemp("refusals"), migrated_sqlite) as made:
        yield made


@pytest.fixture(scope="module")
def routes(world: World) -> dict[str, Route]:
    return {route.operation: route for route in declared_routes(world.app, {})}


@contextmanager
def added(world: World) -> Iterator[list[AuditEvent]]:
    """The events that the block adds, in their order; there is one chain on SQLite."""
    newest = sa.select(sa.func.coalesce(sa.func.max(AuditEvent.number), 0))
    with world.services.reading() as context:
        before = context.session.scalars(newest).one()
    found: list[AuditEvent] = []
    yield found
    later = sa.select(AuditEvent).where(AuditEvent.number > before).order_by(AuditEvent.number)
    with world.services.reading() as context:
        found += context.session.scalars(later)
    for event in found:
        assert_complete(event)


def assert_complete(event: AuditEvent) -> None:
    """It has what its action demands, and says which request it comes from."""
    columns: dict[str, object] = {
        ONBOARDING: event.onboarding_id,
        APPLICANT: event.applicant_id,
        LOAN: event.loan_id,
        REASON: event.reason,
    }
    given = {*event.data, *(name for name, value in columns.items() if value)}
    assert REQUIRED[Action(event.action)] <= given, event.facts
    assert event.facts["origin"]["request"], event.facts


def sender(world: World, example: Example) -> Web:
    """Who may send an example."""
    if isinstance(example.holder, Web):
        return example.holder
    return world.nobody() if example.holder == NOBODY else world.as_role(Role(example.holder))


def newest_session(world: World) -> AccessSession:
    """The newest session: the one that a caller was just given."""
    newest = sa.select(AccessSession).order_by(
        AccessSession.created_at.desc(), AccessSession.id.desc()
    )
    with world.services.reading() as context:
        return context.session.scalars(newest.limit(1)).one()


def test_every_operation_is_a_reading_a_change_or_says_nothing_of_a_person(
    routes: dict[str, Route],
) -> None:
    assert sorted(routes) == sorted(EXAMPLES)
    reading = {name for name, route in routes.items() if route.method in {"GET", "HEAD"}}
    assert sorted(reading - READINGS.keys() - OF_NOBODY) == []
    open_to_all = {
        name
        for name, route in routes.items()
        if route.declaration.permission is Permission.PUBLIC and route.method in {"GET", "HEAD"}
    }
    told = " ".join((ROOT / "docs" / "audit-log.md").read_text("utf-8").split())
    assert "reading a checkpoint, a proof or a tile of hashes" in told
    assert "how much of an upload has arrived" in told
    assert "which digits and actions are still open, or which purposes and products" in told
    described = {"describe_uploads", "describe_source_uploads"}
    assert len(OF_NOBODY - open_to_all - described) == 10


@pytest.mark.parametrize("operation", sorted(EXAMPLES))
def test_a_reading_is_one_event_and_a_change_is_at_least_one(
    world: World, routes: dict[str, Route], operation: str
) -> None:
    example = EXAMPLES[operation](world)
    web = sender(world, example)
    with added(world) as found:
        status, code = example.sent(web, routes[operation].method)
    assert (status, code) == (routes[operation].declaration.status, "")
    if operation in READINGS:
        (event,) = found
        assert event.action == READINGS[operation]
        assert event.actor_kind in {"staff", "applicant"}
        assert event.facts["origin"]["session"]
    elif operation in CHANGES:
        assert found
    else:
        assert found == []


@pytest.mark.parametrize(
    "operation", sorted(name for name in EXAMPLES if name not in OF_NOBODY | UNCHANGED)
)
def test_a_refusal_is_one_event(refusing: World, routes: dict[str, Route], operation: str) -> None:
    """Whoever lacks the permission, a token without its device, a session that was ended."""
    route = routes[operation]
    if route.declaration.permission is Permission.PUBLIC:
        return
    example = EXAMPLES[operation](refusing)
    allowed = refusing.services.parts.policy.section(RolesPolicy)
    for role in (Role.APPLICANT, *STAFF_ROLES):
        if route.declaration.permission in allowed.of(role):
            continue
        web = refusing.stranger if role is Role.APPLICANT else refusing.as_role(role)
        with added(refusing) as found:
            assert example.sent(web, route.method)[0] == 403
        assert_refusal(found, route, "not_allowed")
        actor = refusing.staff[role].id if role in STAFF_ROLES else found[0].actor_id
        assert found[0].actor_id == actor
    stolen = stolen_token(refusing, route, example)
    if stolen is not None:
        with added(refusing) as found:
            assert example.sent(stolen, route.method)[0] == 401
        assert_refusal(found, route, "proof_missing")


def stolen_token(world: World, route: Route, example: Example) -> Web | None:
    """An owner's token on no device, where that is refused."""
    if not isinstance(example.holder, Web) or route.declaration.token_alone:
        return None
    if "Bearer " in example.holder.headers["Authorization"]:
        return None
    return Web(world.client, {"Authorization": f"Bearer {example.holder.token}"})


def assert_refusal(found: list[AuditEvent], route: Route, code: str) -> None:
    (event,) = found
    assert event.action == Action.ACCESS_REFUSED
    assert event.data == {"code": code, "method": route.method}
    assert event.subject.startswith(PREFIX)


def test_an_ended_session_that_is_used_is_one_event(world: World) -> None:
    for role, path in ((Role.AGENT, "/reviews"), (Role.APPLICANT, "/me")):
        web = world.as_role(role) if role in STAFF_ROLES else world.owner()[1]
        change = sa.update(AccessSession).where(AccessSession.id == newest_session(world).id)
        with world.services.transaction() as context:
            context.session.execute(change.values(ended_at=context.now()))
        with added(world) as found:
            assert web.call("GET", path)[0] == 401
        (event,) = found
        assert (event.action, event.data["code"]) == (Action.ACCESS_REFUSED, "token_invalid")


def test_who_is_nobody_leaves_no_event(world: World) -> None:
    with added(world) as found:
        for token in ("", "Bearer x", "DPoP x"):
            assert Web(world.client, {"Authorization": token}).call("GET", "/me")[0] == 401
    assert found == []


def test_tokens_of_a_session_that_is_over_are_renewed_for_one_event(world: World) -> None:
    world.clock.advance(seconds=3600)
    asked = world.asked("13600000101")
    status, tokens = enter(world.nobody(), asked)
    assert status == 200
    with world.services.transaction() as context:
        change = sa.update(AccessSession).values(ended_at=context.now())
        newest = newest_session(world).id
        context.session.execute(change.where(AccessSession.id == newest))
    with added(world) as found:
        status, _ = world.nobody().call("POST", "/auth/refresh", {"refresh": tokens["refresh"]})
    assert status == 401
    (event,) = found
    assert (event.action, event.actor_kind) == (Action.ACCESS_REFUSED, "applicant")


@pytest.mark.parametrize("fault", ["wrong", "expired", "too_often", "unknown", "of_another"])
def test_a_code_that_does_not_open_is_one_event(world: World, fault: str) -> None:
    world.clock.advance(seconds=3600)  # no limit of codes is reached here
    asked = world.asked("13600000102")
    wrong = {**asked, "code": f"{(int(asked['code']) + 1) % 1_000_000:06d}"}
    rules = world.services.parts.policy.section(SignInPolicy)
    body = asked
    if fault == "wrong":
        body = wrong
    elif fault == "expired":
        world.clock.advance(seconds=rules.code_s)
    elif fault == "too_often":
        for _ in range(rules.max_wrong_codes):
            assert enter(world.nobody(), wrong)[0] == 401
    elif fault == "unknown":
        body = {**asked, "attempt": "x" * len(asked["attempt"])}
    else:
        body = {**asked, "phone": "13600000103"}
    with added(world) as found:
        assert enter(world.nobody(), body)[0] == 401
    (event,) = found
    assert (event.action, event.actor_id) == (Action.CODE_WRONG, "anonymous")


def member(world: World, role: Role = Role.AGENT) -> tuple[dict[str, str], pyotp.TOTP]:
    """What somebody new signs in with."""
    name = f"signs in {new_id().hex}"
    with world.services.transaction() as context:
        totp = pyotp.TOTP(add_staff(context, AddStaff(name, role, PASSWORD)))
    return {"name": name, "password": PASSWORD, "totp": totp.at(world.clock.now())}, totp


@pytest.mark.parametrize("wrong", ["name", "password", "totp"])
def test_staff_who_fail_to_sign_in_are_one_event(world: World, wrong: str) -> None:
    body, _ = member(world)
    values = {"name": "nobody", "password": f"{PASSWORD}!", "totp": "000000"}
    with added(world) as found:
        status, _ = world.nobody().call("POST", "/staff/tokens", {**body, wrong: values[wrong]})
    assert status == 401
    (event,) = found
    assert event.action == Action.STAFF_SIGN_IN_FAILED
    assert (event.data["staff"] is None) is (wrong == "name")


def test_a_wrong_second_factor_is_one_event(world: World) -> None:
    with added(world) as found:
        status, _ = world.as_role(Role.AGENT).call("POST", "/staff/step-up", {"totp": "000000"})
    assert status == 403
    assert [event.action for event in found] == [Action.STAFF_STEP_UP_FAILED]


def _many_searches(world: World) -> Callable[[], int]:
    web = world.signed_in(world.staff[Role.AGENT])
    rule = world.services.parts.policy.section(AccountsPolicy).searches
    search = {"name": "王", "reason": "call"}
    for _ in range(rule.max):
        status, _ = web.call("POST", "/accounts/searches", search)
        if status == 429:
            break
    return lambda: web.call("POST", "/accounts/searches", search)[0]


def _many_failures(world: World) -> Callable[[], int]:
    body, _ = member(world)
    rule = world.services.parts.policy.section(StaffPolicy).failures_by_name_and_address
    for _ in range(rule.max):
        world.nobody().call("POST", "/staff/tokens", {**body, "password": "x" * 15})
    return lambda: world.nobody().call("POST", "/staff/tokens", body)[0]


def _many_codes(world: World) -> Callable[[], int]:
    asked = {"phone": "13600000104"}
    while world.nobody().call("POST", "/auth/codes", asked)[0] == 202:
        pass
    return lambda: world.nobody().call("POST", "/auth/codes", asked)[0]


@pytest.mark.parametrize("beyond", [_many_searches, _many_failures, _many_codes])
def test_what_is_past_a_limit_is_one_event(
    world: World, beyond: Callable[[World], Callable[[], int]]
) -> None:
    again = beyond(world)
    with added(world) as found:
        assert again() == 429
    (event,) = found
    assert event.action == Action.ACCESS_REFUSED
    assert event.facts["origin"]["address"]
    world.clock.advance(seconds=2 * 3600)


def test_a_search_is_found_by_everybody_whom_it_showed(world: World) -> None:
    for _ in range(2):
        world.approved()
    web, compliance = world.as_role(Role.AGENT), world.as_role(Role.COMPLIANCE)
    with added(world) as found:
        status, answer = web.call(
            "POST", "/accounts/searches", {"name": OWNER.name, "reason": "call"}
        )
    assert status == 200
    (event,) = found
    people = [account["id"] for account in answer["accounts"]]
    assert [person["applicant"] for person in event.data["persons"]] == people
    assert len(people) > 1
    for person in people:
        for path in (f"/audit/access?applicant={person}", f"/audit/events?person={person}"):
            ids = [one["id"] for one in compliance.call("GET", path)[1]["events"]]
            assert str(event.id) in ids, path
    for onboarding in {person["onboarding"] for person in event.data["persons"]} - {None}:
        _, story = compliance.call("GET", f"/audit/onboardings/{onboarding}")
        assert str(event.id) in [one["id"] for one in story["events"]]
    ids = compliance.call("GET", f"/audit/events?person={new_id()}")[1]["events"]
    assert str(event.id) not in ids


def _account(world: World) -> tuple[Web, str, str, Any, sa.Update, UUID | None]:
    owner, _ = world.approved()
    change = sa.update(Applicant).where(Applicant.id == owner.id).values(phone=b"damaged")
    path = f"/accounts/{owner.id}?reason=call"
    return world.as_role(Role.AGENT), "GET", path, None, change, owner.id


def _unmasking(world: World) -> tuple[Web, str, str, Any, sa.Update, UUID | None]:
    owner, _ = world.approved()
    web = world.as_role(Role.AGENT)
    proven = sa.update(AccessSession).where(AccessSession.id == newest_session(world).id)
    with world.services.transaction() as context:
        context.session.execute(proven.values(stepped_up_at=context.now()))
    change = sa.update(Applicant).where(Applicant.id == owner.id).values(phone=b"damaged")
    body = {"reason": "call", "note": "the caller is the owner, asked for the number"}
    return web, "POST", f"/accounts/{owner.id}/unmask", body, change, owner.id


def _own_account(world: World) -> tuple[Web, str, str, Any, sa.Update, UUID | None]:
    owner, web = world.owner()
    change = sa.update(Applicant).where(Applicant.id == owner.id).values(phone=b"damaged")
    return web, "GET", "/me", None, change, owner.id


def _declaring(world: World) -> tuple[Web, str, str, Any, sa.Update, UUID | None]:
    owner, web = world.approved()
    own = sa.select(Onboarding.id).where(Onboarding.applicant_id == owner.id)
    facts = sa.update(Evidence).where(Evidence.onboarding_id.in_(own)).values(facts=b"damaged")
    return web, "POST", "/declarations", DECLARED, facts, owner.id


def _second_factor(world: World) -> tuple[Web, str, str, Any, sa.Update, UUID | None]:
    body, totp = member(world)
    status, tokens = world.nobody().call("POST", "/staff/tokens", body)
    assert status == 200
    web = Web(world.client, {"Authorization": f"Bearer {tokens['access']}"})
    change = sa.update(Staff).where(Staff.name == body["name"]).values(totp=b"damaged")
    code = {"totp": totp.at(world.clock.now())}
    return web, "POST", "/staff/step-up", code, change, None


@pytest.mark.parametrize("case", [_account, _unmasking, _own_account, _declaring, _second_factor])
def test_what_does_not_open_is_one_event(
    world: World, case: Callable[[World], tuple[Web, str, str, Any, sa.Update, UUID | None]]
) -> None:
    web, method, path, body, change, whose = case(world)
    with world.services.transaction() as context:
        context.session.execute(change)
    with added(world) as found:
        status, answer = web.call(method, path, body)
    assert (status, answer["code"]) == (409, "record_damaged")
    (event,) = found
    assert (event.action, event.applicant_id) == (Action.RECORD_DAMAGED, whose)
