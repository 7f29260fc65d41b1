"""Staff signs in by password and a one-time code that is used once."""

from __future__ import annotations

import pyotp
import pytest

from access.authentication import authenticate
from access.authorisation import NotAllowed
from access.staff import AddStaff, SignInFailed, StaffSignIn, add_staff, sign_in_staff
from access.tokens import Tokens
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS, STAFF_ROLES, Role, staff
from core.ids import new_id
from tests.support.clock import MovableClock
from tests.support.log import events

NAME, PASSWORD = "wang", "long password"


def added(services: Services, role: Role = Role.AGENT) -> pyotp.TOTP:
    with services.transaction() as context:
        return pyotp.TOTP(add_staff(context, AddStaff(NAME, role, PASSWORD)))


def entered(services: Services, code: str, password: str = PASSWORD, name: str = NAME) -> Tokens:
    with services.transaction(ANONYMOUS) as context:
        return sign_in_staff(context, StaffSignIn(name, password, code))


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_staff_signs_in_in_its_role(services: Services, clock: MovableClock, role: Role) -> None:
    totp = added(services, role)
    tokens = entered(services, totp.at(clock.now()))
    with services.reading() as context:
        actor = authenticate(context, f"Bearer {tokens.access}").actor
    assert actor.role is role
    assert tokens.refresh is None
    (event,) = events(services, Action.STAFF_SIGNED_IN)
    assert event.actor_id == actor.id


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
    ):
        with pytest.raises(SignInFailed) as failed:
            entered(services, attempt.totp, attempt.password, attempt.name)
        assert (failed.value.code, failed.value.parameters) == ("sign_in_failed", {})


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.SYSTEM, Role.ANONYMOUS])
def test_a_role_that_staff_has_not_is_refused(services: Services, role: Role) -> None:
    with services.transaction() as context, pytest.raises(ValueError, match="role is one of"):
        add_staff(context, AddStaff(NAME, role, PASSWORD))


def test_staff_adds_no_staff(services: Services) -> None:
    admin = staff(new_id(), Role.ADMIN)
    with services.transaction(admin) as context, pytest.raises(NotAllowed):
        add_staff(context, AddStaff(NAME, Role.ADMIN, PASSWORD))
