"""Applicants sign in with one-time codes; refresh tokens rotate, and their reuse ends them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from access.applicants import SignIn, refresh, request_code, sign_in
from access.authentication import authenticate
from access.codes import CodesPaused, CodeWrong
from access.models import Applicant, Device, OutgoingMessage, SignInAttempt
from access.policy import SignInPolicy
from access.token_keys import TokenInvalid
from access.tokens import Tokens
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS, Actor, Role
from core.origin import Origin
from tests.support.clock import MovableClock
from tests.support.factories import PHONE, applicant, code_of, handed_over, proof_of, started
from tests.support.log import actions, events
from tests.support.policy import POLICY, changed_policy

RULES = POLICY.section(SignInPolicy)
OTHER_PHONE, KEY = "13800000002", "thumbprint"


@dataclass(frozen=True)
class Sent:
    """An attempt, and the code that its phone was sent."""

    attempt: str
    code: str

    def other(self) -> Sent:
        """The same attempt with a wrong code."""
        return Sent(self.attempt, f"{(int(self.code) + 1) % 1_000_000:06d}")


def sent(services: Services, phone: str = PHONE, key: str | None = None) -> Sent:
    with services.transaction(ANONYMOUS) as context:
        asked = request_code(context, phone, key)
        return Sent(asked.attempt, code_of(context, asked))


def entered(
    services: Services, code: Sent, phone: str = PHONE, device: str | None = None
) -> Tokens:
    with services.transaction(ANONYMOUS) as context:
        proof = proof_of(context, KEY)
        return sign_in(context, SignIn(code.attempt, phone, code.code, proof, device))


def refreshed(services: Services, token: str | None) -> Tokens:
    assert token is not None
    with services.transaction(ANONYMOUS) as context:
        return refresh(context, token, proof_of(context, KEY))


def bearer(services: Services, token: str) -> Actor:
    with services.reading() as context:
        return authenticate(context, f"Bearer {token}").actor


def test_who_has_the_phone_has_an_account(services: Services) -> None:
    tokens = entered(services, sent(services))
    actor = bearer(services, tokens.access)
    assert actor.role is Role.APPLICANT
    with services.reading() as context:
        assert context.session.get_one(Applicant, actor.uuid).created_at <= context.now()
    again = entered(services, sent(services))
    assert bearer(services, again.access) == actor
    assert [one for one in actions(services) if one != Action.CODE_REQUESTED] == [
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


def test_guessing_a_code_ends_after_as_many_tries_as_the_policy_says(services: Services) -> None:
    code = sent(services)
    for _ in range(RULES.max_wrong_codes):
        with pytest.raises(CodeWrong):
            entered(services, code.other())
    with pytest.raises(CodeWrong):
        entered(services, code)
    left = [event.data["left"] for event in events(services, Action.CODE_WRONG)]
    assert left == [4, 3, 2, 1, 0, 0]
    entered(services, sent(services))


def test_strangers_guesses_and_resends_touch_nobody_elses_attempt(services: Services) -> None:
    mine = sent(services)
    for _ in range(100):
        with suppress(CodesPaused):
            theirs = sent(services)
        for guess in (theirs.other(), Sent("made-up", mine.code), Sent("x" * 22, "000000")):
            with pytest.raises(CodeWrong):
                entered(services, guess)
    entered(services, mine)


def test_an_hour_has_so_many_codes_of_a_phone(services: Services, clock: MovableClock) -> None:
    codes = RULES.codes
    for _ in range(codes.by_phone_of_strangers.max):
        sent(services)
    with pytest.raises(CodesPaused) as paused:
        sent(services)
    assert paused.value.retry_after_s == codes.by_phone.window_s
    assert paused.value.parameters == {"minutes": codes.by_phone.window_s // 60}
    clock.advance(seconds=codes.by_phone.window_s)
    entered(services, sent(services))


def test_strangers_leave_codes_to_a_device_that_the_owner_signed_in_on(
    services: Services, clock: MovableClock
) -> None:
    entered(services, sent(services))
    clock.advance(seconds=RULES.codes.by_phone.window_s)
    for _ in range(RULES.codes.by_phone_of_strangers.max):
        sent(services, key="stranger")
    for wrong in (None, "stranger"):
        with pytest.raises(CodesPaused):
            sent(services, key=wrong)
    left = RULES.codes.by_phone.max - RULES.codes.by_phone_of_strangers.max
    for _ in range(left):
        entered(services, sent(services, key=KEY))
    with pytest.raises(CodesPaused):
        sent(services, key=KEY)


def test_a_device_that_an_onboarding_was_handed_to_is_a_stranger(services: Services) -> None:
    """Whoever stole a link would send codes to the owner's phone as the owner's own device."""
    owner = applicant(services)
    handed_over(owner, started(owner), "stolen link")
    sent(services, key="stolen link")
    assert events(services, Action.CODE_REQUESTED)[-1].data["known_device"] is False


def test_an_address_has_so_many_new_phones(services: Services) -> None:
    def asked(number: int, address: str) -> None:
        with services.transaction(ANONYMOUS, Origin(address=address)) as context:
            request_code(context, f"137{number:08d}")

    most = RULES.codes.new_phones_by_address.max
    for number in range(most):
        asked(number, "203.0.113.7")
    asked(0, "203.0.113.7")  # the same phone once more is no new one
    with pytest.raises(CodesPaused):
        asked(most, "203.0.113.7")
    asked(most, "203.0.113.8")


def test_all_codes_together_are_limited_and_a_refused_one_counts_nowhere(
    services: Services,
) -> None:
    policy = changed_policy("in_all = { max = 120", "in_all = { max = 2")
    parts = replace(services.parts, policy=policy)
    few = replace(services, parts=parts)
    sent(few, "13700000001")
    sent(few, "13700000002")
    for _ in range(RULES.codes.by_phone.max):
        with pytest.raises(CodesPaused):
            sent(few, "13700000003")
    sent(services, "13700000003")


def test_a_code_stands_nowhere_in_the_clear(services: Services) -> None:
    asked = sent(services)
    with services.reading() as context:
        stored = str(context.session.execute(sa.select(OutgoingMessage.sealed)).all())
        row = context.session.scalars(sa.select(SignInAttempt)).one()
    assert asked.code not in stored
    assert PHONE not in stored
    assert asked.attempt not in row.id_hash
    (event,) = events(services, Action.CODE_REQUESTED)
    assert PHONE not in f"{event.subject}{event.data}"


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


def test_two_devices_that_sign_up_at_once_have_one_account(services: Services) -> None:
    first, second = sent(services), sent(services)
    with ThreadPoolExecutor() as elsewhere:
        with services.transaction(ANONYMOUS) as context:
            command = SignIn(first.attempt, PHONE, first.code, proof_of(context, "another"))
            tokens = sign_in(context, command)
            waits = elsewhere.submit(entered, services, second)
            with suppress(TimeoutError):  # until this transaction is kept
                waits.result(0.5)
        others = waits.result(10)
    assert bearer(services, tokens.access) == bearer(services, others.access)
    assert len(events(services, Action.APPLICANT_SIGNED_UP)) == 1
