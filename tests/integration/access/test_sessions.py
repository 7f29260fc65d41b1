"""A session that ends takes its tokens with it at once, whatever ended it."""

from __future__ import annotations

import pytest

from access.authentication import Authenticated, authenticate
from access.models import AccessSession, Staff
from access.sessions import begin, current, end, end_all, in_force
from access.states import EndReason
from access.token_keys import TokenInvalid
from access.tokens import access_token
from app.services import Services
from audit.actions import Action
from core.actors import Actor, ActorKind, Role
from core.origin import Origin
from tests.support.clock import MovableClock
from tests.support.factories import SESSION, Applicant, applicant, authorization_of, somebody
from tests.support.log import events


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with one session."""
    return applicant(services)


def presented(services: Services, authorization: str) -> Authenticated:
    with services.reading() as context:
        return authenticate(context, authorization)


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.AGENT])
def test_a_token_is_of_its_session_and_holder(services: Services, role: Role) -> None:
    holder = somebody(services, role)
    with services.transaction(holder, Origin(address="203.0.113.77")) as context:
        row = begin(context, holder, context.now() + SESSION, "thumbprint")
        token = access_token(context, row)
    caller = presented(services, f"Bearer {token}")
    assert (caller.actor, caller.session.id) == (holder, row.id)
    assert caller.session.device_key == "thumbprint"
    assert caller.session.address_prefix == "203.0.113.0/24"


def test_an_ended_session_opens_nothing_at_once(services: Services, owner: Applicant) -> None:
    first, second = (authorization_of(services, owner.actor) for _ in range(2))
    with owner.acting() as context:
        stored = context.session.get_one(AccessSession, presented(services, first).session.id)
        end(context, stored, EndReason.LOGOUT)
        end(context, stored, EndReason.REUSE)
    with pytest.raises(TokenInvalid):
        presented(services, first)
    presented(services, second)
    (event,) = events(services, Action.SESSION_ENDED)
    assert event.reason == "logout"


def test_all_sessions_of_one_holder_end_but_one(services: Services, owner: Applicant) -> None:
    others = [authorization_of(services, owner.actor) for _ in range(2)]
    stranger = authorization_of(services, somebody(services, Role.APPLICANT))
    with owner.acting() as context:
        here = current(context)
        kind, holder = ActorKind.APPLICANT, owner.id
        assert end_all(context, kind, holder, EndReason.PHONE_CHANGED, keep=here.id) == 2
        assert [row.id for row in in_force(context, kind, holder)] == [here.id]
    for authorization in others:
        with pytest.raises(TokenInvalid):
            presented(services, authorization)
    presented(services, stranger)


def test_a_session_is_over_at_its_time(owner: Applicant, clock: MovableClock) -> None:
    clock.advance(SESSION * 24 * 31)
    with owner.acting() as context:
        assert in_force(context, ActorKind.APPLICANT, owner.id) == []
        with pytest.raises(TokenInvalid):
            current(context)


def test_a_holder_who_is_gone_and_a_role_that_changed_count_at_once(services: Services) -> None:
    agent = somebody(services, Role.AGENT)
    authorization = authorization_of(services, agent)
    with services.transaction() as context:
        context.session.get_one(Staff, agent.uuid).role = Role.REVIEWER
    assert presented(services, authorization).actor.role is Role.REVIEWER
    with services.transaction() as context:
        context.session.delete(context.session.get_one(Staff, agent.uuid))
    with pytest.raises(TokenInvalid):
        presented(services, authorization)


def test_a_token_that_names_another_holder_or_device_is_refused(
    services: Services, owner: Applicant
) -> None:
    other: Actor = somebody(services, Role.APPLICANT)
    with owner.acting() as context:
        row = current(context)
        row.holder_id = other.uuid
        stolen = access_token(context, row)
        row.holder_id, row.device_key = owner.id, "another"
        moved = access_token(context, row)
        row.device_key = None
    for token in (stolen, moved):
        with pytest.raises(TokenInvalid):
            presented(services, f"Bearer {token}")
