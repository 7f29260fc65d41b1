"""Staff sign in by password and a one-time code; failures are limited, nobody is locked out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from types import FrameType

import pyotp
import pytest

from access.attempts import AttemptsUsed
from access.authentication import authenticate
from access.models import Attempts, Staff
from access.passwords import HashingBusy, PasswordHashing
from access.policy import HashingPolicy, StaffPolicy
from access.staff import AddStaff, add_staff
from access.staff_sign_in import SignInFailed, StaffSignIn, sign_in_staff
from access.tokens import Tokens
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS, STAFF_ROLES, Role
from core.origin import Origin
from tests.support.clock import MovableClock
from tests.support.factories import PASSWORD
from tests.support.log import events

NAME, WRONG = "wang.fang", "no password of ours"
MAX_DIFFERENCE = 20  # of thousands of calls: how a name is written into an event
_places: Iterator[int] = count(1)
HERE, ELSEWHERE = Origin(address="203.0.113.7"), Origin(address="198.51.100.9")


def added(services: Services, role: Role = Role.AGENT) -> pyotp.TOTP:
    with services.transaction() as context:
        return pyotp.TOTP(add_staff(context, AddStaff(NAME, role, PASSWORD)))


def entered(
    services: Services,
    code: str,
    password: str = PASSWORD,
    name: str = NAME,
    origin: Origin = HERE,
) -> Tokens:
    with services.transaction(ANONYMOUS, origin) as context:
        return sign_in_staff(context, StaffSignIn(name, password, code))


def fail(
    services: Services,
    times: int,
    name: str = NAME,
    origin: Origin = HERE,
    password: str = WRONG,
) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            entered(services, "000000", password, name, origin)


@pytest.fixture
def rules(services: Services) -> StaffPolicy:
    """The limits of the policy."""
    return services.parts.policy.section(StaffPolicy)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_staff_signs_in_in_its_role(services: Services, clock: MovableClock, role: Role) -> None:
    totp = added(services, role)
    tokens = entered(services, totp.at(clock.now()))
    with services.reading() as context:
        caller = authenticate(context, f"Bearer {tokens.access}")
    assert caller.actor.role is role
    (event,) = events(services, Action.STAFF_SIGNED_IN)
    assert event.actor_id == caller.actor.id
    assert event.data["session"] == str(caller.session.id)


def test_a_code_is_taken_once(services: Services, clock: MovableClock) -> None:
    totp = added(services)
    code = totp.at(clock.now())
    entered(services, code)
    with pytest.raises(SignInFailed):
        entered(services, code)
    clock.advance(seconds=30)
    entered(services, totp.at(clock.now()))


def test_the_code_before_is_taken_and_no_older_one(services: Services, clock: MovableClock) -> None:
    totp = added(services)
    older = clock.now()
    clock.advance(seconds=30)
    before = clock.now()
    clock.advance(seconds=30)
    with pytest.raises(SignInFailed):
        entered(services, totp.at(older))
    entered(services, totp.at(before))


def test_what_was_wrong_is_not_said(services: Services, clock: MovableClock) -> None:
    totp = added(services)
    code = totp.at(clock.now())
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for attempt in (
        StaffSignIn("nobody", PASSWORD, code),
        StaffSignIn(NAME, "wrong password", code),
        StaffSignIn(NAME, PASSWORD, wrong),
        StaffSignIn(NAME, PASSWORD, "١٢٣٤٥٦"),
    ):
        with pytest.raises(SignInFailed) as failed:
            entered(services, attempt.totp, attempt.password, attempt.name)
        assert (failed.value.code, failed.value.parameters) == ("sign_in_failed", {})


def test_failures_are_limited_and_the_person_gets_in_from_elsewhere(
    services: Services, clock: MovableClock, rules: StaffPolicy
) -> None:
    totp = added(services)
    fail(services, rules.failures_by_name_and_address.max)
    for password in (WRONG, PASSWORD):
        with pytest.raises(AttemptsUsed) as used:
            entered(services, totp.at(clock.now()), password)
    window_s = rules.failures_by_name_and_address.window_s
    assert 0 < used.value.retry_after_s <= window_s
    entered(services, totp.at(clock.now()), origin=ELSEWHERE)
    clock.advance(seconds=window_s)
    entered(services, totp.at(clock.now()))


def test_the_window_slides(services: Services, clock: MovableClock, rules: StaffPolicy) -> None:
    rule = rules.failures_by_name_and_address
    fail(services, rule.max - 1)
    clock.advance(seconds=rule.window_s - 10)
    fail(services, 1)
    with pytest.raises(AttemptsUsed):
        fail(services, 1)
    clock.advance(seconds=10)
    fail(services, rule.max - 1)
    with pytest.raises(AttemptsUsed):
        fail(services, 1)


def test_a_name_that_nobody_has_is_limited_alike_and_not_stored(
    services: Services, rules: StaffPolicy
) -> None:
    fail(services, rules.failures_by_name_and_address.max, "nobody.at.all")
    with pytest.raises(AttemptsUsed):
        fail(services, 1, "nobody.at.all")
    failures = events(services, Action.STAFF_SIGN_IN_FAILED)
    assert [event.data["left"] for event in failures] == [*range(9, -1, -1)]
    assert {event.data["staff"] for event in failures} == {None}
    with services.reading() as context:
        rows = context.session.connection().exec_driver_sql("SELECT * FROM attempts").all()
    assert rows
    assert "nobody" not in f"{rows} {[event.content for event in failures]}"


def test_an_address_alone_has_a_limit(services: Services, rules: StaffPolicy) -> None:
    each = rules.failures_by_name_and_address.max
    for number in range(rules.failures_by_address.max // each):
        fail(services, each, f"name {number}")
    with pytest.raises(AttemptsUsed):
        fail(services, 1, "another name")
    fail(services, 1, "another name", ELSEWHERE)


def test_an_ipv6_host_has_one_address(services: Services, rules: StaffPolicy) -> None:
    for number in range(rules.failures_by_name_and_address.max):
        fail(services, 1, origin=Origin(address=f"2001:db8::{number:x}"))
    with pytest.raises(AttemptsUsed):
        fail(services, 1, origin=Origin(address="2001:db8::ffff"))
    fail(services, 1, origin=Origin(address="2001:db8:0:1::1"))


def test_guesses_from_everywhere_are_limited_and_known_addresses_stay_open(
    services: Services, clock: MovableClock, rules: StaffPolicy
) -> None:
    totp = added(services)
    entered(services, totp.at(clock.now()))
    for number in range(rules.failures_by_name.max):
        fail(services, 1, origin=Origin(address=f"192.0.2.{number}"))
    clock.advance(seconds=30)
    with pytest.raises(AttemptsUsed):
        entered(services, totp.at(clock.now()), origin=ELSEWHERE)
    entered(services, totp.at(clock.now()))


def test_successes_count_for_nothing(
    services: Services, clock: MovableClock, rules: StaffPolicy
) -> None:
    totp = added(services)
    for _ in range(rules.failures_by_name_and_address.max + 2):
        entered(services, totp.at(clock.now()))
        clock.advance(seconds=30)
    with services.reading() as context:
        assert context.session.query(Attempts).count() == 0


def test_many_at_once_do_not_pass_the_limit(services: Services, rules: StaffPolicy) -> None:
    added(services)
    most = rules.failures_by_name_and_address.max

    def attempt(_: int) -> type[Exception]:
        try:
            entered(services, "000000", WRONG)
        except (SignInFailed, AttemptsUsed, HashingBusy) as error:
            return type(error)
        raise AssertionError("signed in")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(attempt, range(4 * most)))
    assert answers.count(SignInFailed) <= most
    assert len(events(services, Action.STAFF_SIGN_IN_FAILED)) == answers.count(SignInFailed)


def test_a_disabled_account_is_no_account(services: Services, clock: MovableClock) -> None:
    totp = added(services)
    with services.transaction() as context:
        context.session.query(Staff).one().disabled_at = context.now()
    with pytest.raises(SignInFailed):
        entered(services, totp.at(clock.now()))


def test_an_account_that_changes_meanwhile_is_not_signed_in(
    services: Services, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    totp, right = added(services), PasswordHashing.matches

    def disabled_meanwhile(hashing: PasswordHashing, encoded: str, password: str) -> bool:
        with services.transaction() as context:  # would wait for ever if one were open
            context.session.query(Staff).one().disabled_at = context.now()
        return right(hashing, encoded, password)

    monkeypatch.setattr(PasswordHashing, "matches", disabled_meanwhile)
    with pytest.raises(SignInFailed):
        entered(services, totp.at(clock.now()))


def test_a_hash_with_other_parameters_is_renewed(services: Services, clock: MovableClock) -> None:
    totp = added(services)
    cheap = PasswordHashing(HashingPolicy(passes=1, memory_kib=128, lanes=1, at_once=1, waiting=0))
    with services.transaction() as context:
        context.session.query(Staff).one().password_hash = cheap.hash(PASSWORD)
    entered(services, totp.at(clock.now()))
    with services.reading() as context:
        encoded = context.session.query(Staff).one().password_hash
    hashing = services.parts.resources.get(PasswordHashing)
    assert not hashing.is_outdated(encoded)
    assert hashing.matches(encoded, PASSWORD)


def calls_of(services: Services, clock: MovableClock, name: str, password: str) -> int:
    """How many functions a failing sign-in calls, each time from elsewhere and a day later."""
    calls = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    clock.advance(timedelta(days=1))
    sys.setprofile(note)
    try:
        fail(services, 1, name, Origin(address=f"2001:db8:{next(_places):x}::1"), password)
    finally:
        sys.setprofile(None)
    return calls


def test_known_and_unknown_names_and_passwords_take_the_same_way(
    services: Services, clock: MovableClock
) -> None:
    added(services)
    tried = [(NAME, "wrong"), ("nobody", "wrong"), (NAME, PASSWORD)]
    for name, password in tried:  # what is made once is made
        calls_of(services, clock, name, password)
    wrong, unknown, right = (calls_of(services, clock, *one) for one in tried)
    assert abs(unknown - wrong) < MAX_DIFFERENCE
    assert abs(right - wrong) < MAX_DIFFERENCE
    assert wrong > 100 * MAX_DIFFERENCE
