"""Applicants sign in with one-time codes; refresh tokens rotate, and their reuse ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from access.applicants import SignIn, refresh, request_code, sign_in
from access.authentication import authenticate
from access.codes import CodesPaused, CodeWrong
from access.models import Applicant, Device
from access.policy import SignInPolicy
from access.token_keys import TokenInvalid
from access.tokens import Tokens
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS, Actor, Role
from tests.support.clock import MovableClock
from tests.support.factories import PHONE, proof_of
from tests.support.log import actions, events

OTHER_PHONE, KEY = "13800000002", "thumbprint"


def sent(services: Services, phone: str = PHONE) -> str:
    with services.transaction(ANONYMOUS) as context:
        return request_code(context, phone)


def entered(services: Services, code: str, phone: str = PHONE, device: str | None = None) -> Tokens:
    with services.transaction(ANONYMOUS) as context:
        return sign_in(context, SignIn(phone, code, proof_of(context, KEY), device))


def refreshed(services: Services, token: str | None) -> Tokens:
    assert token is not None
    with services.transaction(ANONYMOUS) as context:
        return refresh(context, token, proof_of(context, KEY))


def bearer(services: Services, token: str) -> Actor:
    with services.reading() as context:
        return authenticate(context, f"Bearer {token}").actor


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_who_has_the_phone_has_an_account(services: Services) -> None:
    tokens = entered(services, sent(services))
    actor = bearer(services, tokens.access)
    assert actor.role is Role.APPLICANT
    with services.reading() as context:
        assert context.session.get_one(Applicant, actor.uuid).created_at <= context.now()
    again = entered(services, sent(services))
    assert bearer(services, again.access) == actor
    assert actions(services) == [
        Action.APPLICANT_SIGNED_UP,
        Action.APPLICANT_SIGNED_IN,
        Action.SESSION_ENDED,
        Action.APPLICANT_SIGNED_IN,
    ]
    (ended,) = events(services, Action.SESSION_ENDED)
    assert ended.reason == "replaced"
    stranger = entered(services, sent(services, OTHER_PHONE), OTHER_PHONE)
    assert bearer(services, stranger.access) != actor


def test_a_code_signs_in_once(services: Services) -> None:
    code = sent(services)
    entered(services, code)
    with pytest.raises(CodeWrong):
        entered(services, code)


def test_a_code_is_of_its_number_alone(services: Services) -> None:
    code = sent(services)
    with pytest.raises(CodeWrong):
        entered(services, code, OTHER_PHONE)
    sent(services, OTHER_PHONE)
    with pytest.raises(CodeWrong):
        entered(services, code, OTHER_PHONE)


def test_a_code_is_soon_over(services: Services, clock: MovableClock) -> None:
    code = sent(services)
    clock.advance(seconds=services.parts.policy.section(SignInPolicy).code_s)
    with pytest.raises(CodeWrong):
        entered(services, code)


def test_guessing_a_code_ends_after_as_many_tries_as_the_policy_says(
    services: Services, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(SignInPolicy)
    code = sent(services)
    for _ in range(rules.max_wrong_codes):
        with pytest.raises(CodeWrong):
            entered(services, another(code))
    with pytest.raises(CodeWrong):
        entered(services, code)
    with pytest.raises(CodesPaused) as paused:
        sent(services)
    assert paused.value.parameters == {"minutes": rules.code_s // 60}
    clock.advance(seconds=rules.code_s)
    entered(services, sent(services))


def test_asking_for_another_code_buys_no_more_tries(services: Services) -> None:
    for _ in range(services.parts.policy.section(SignInPolicy).max_wrong_codes):
        code = sent(services)
        with pytest.raises(CodeWrong):
            entered(services, another(code))
    with pytest.raises(CodesPaused):
        sent(services)


def test_an_access_token_is_soon_over(services: Services, clock: MovableClock) -> None:
    tokens = entered(services, sent(services))
    clock.advance(seconds=tokens.expires_in - 1)
    bearer(services, tokens.access)
    clock.advance(seconds=2)
    with pytest.raises(TokenInvalid):
        bearer(services, tokens.access)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic abc", "Bearer a.b.c"])
def test_what_is_no_token_of_ours_is_nobodys(services: Services, header: str | None) -> None:
    with services.reading() as context, pytest.raises(TokenInvalid):
        authenticate(context, header)


def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(services: Services) -> None:
    first = entered(services, sent(services)).refresh
    second = refreshed(services, first).refresh
    with pytest.raises(TokenInvalid):
        refreshed(services, first)
    with pytest.raises(TokenInvalid):
        refreshed(services, second)
    assert len(events(services, Action.SESSION_REUSE_DETECTED)) == 1
    other_session = entered(services, sent(services)).refresh
    assert refreshed(services, other_session).access


def test_a_refresh_token_is_over_after_some_days(services: Services, clock: MovableClock) -> None:
    token = entered(services, sent(services)).refresh
    days = services.parts.policy.section(SignInPolicy).session_days
    clock.advance(timedelta(days=days))
    with pytest.raises(TokenInvalid):
        refreshed(services, token)
    with pytest.raises(TokenInvalid):
        refreshed(services, "made up")


def test_a_device_is_known_by_its_blind_index(services: Services, clock: MovableClock) -> None:
    entered(services, sent(services), device="a-phone-0123456789")
    with services.reading() as context:
        first = context.session.scalars(sa.select(Device)).one()
    assert "a-phone" not in first.device_blind
    clock.advance(timedelta(days=1))
    entered(services, sent(services), device="a-phone-0123456789")
    with services.reading() as context:
        second = context.session.scalars(sa.select(Device)).one()
    assert second.device_blind == first.device_blind
    assert second.seen_at > first.seen_at
