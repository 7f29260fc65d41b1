"""Accounts of staff are made, disabled, reset and given other roles; sessions end with them."""

from __future__ import annotations

from uuid import UUID

import pyotp
import pytest

from access.authentication import Authenticated, authenticate
from access.authorisation import NotAllowed
from access.passwords import PasswordGuessable, PasswordTooShort
from access.policy import StaffPolicy
from access.staff import (
    AddStaff,
    OwnAccount,
    ResetStaff,
    StaffNameTaken,
    add_staff,
    change_role,
    disable_staff,
    enable_staff,
    list_staff,
    reset_staff,
)
from access.staff_sign_in import SignInFailed, StaffSignIn, sign_in_staff
from access.step_up import StepUpFailed, StepUpRequired, require_step_up, step_up
from access.token_keys import TokenInvalid
from access.tokens import Tokens, rotate
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS, Actor, Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.origin import Origin
from storage.context import Context
from tests.support.clock import MovableClock
from tests.support.factories import PASSWORD
from tests.support.log import events

NAME, OTHER_PASSWORD = "wang.fang", "eleven grey stones under moss"
ADMIN = staff(new_id(), Role.ADMIN)


def added(services: Services, role: Role = Role.AGENT) -> pyotp.TOTP:
    with services.transaction() as context:
        return pyotp.TOTP(add_staff(context, AddStaff(NAME, role, PASSWORD)))


def entered(services: Services, code: str, password: str = PASSWORD) -> Tokens:
    with services.transaction(ANONYMOUS) as context:
        return sign_in_staff(context, StaffSignIn(NAME, password, code))


def caller(services: Services, tokens: Tokens) -> Authenticated:
    with services.reading() as context:
        return authenticate(context, f"Bearer {tokens.access}")


def account_id(services: Services) -> UUID:
    with services.transaction() as context:
        return list_staff(context)[0].id


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.SYSTEM, Role.ANONYMOUS])
def test_a_role_that_staff_has_not_is_refused(services: Services, role: Role) -> None:
    with services.transaction() as context, pytest.raises(ValueError, match="role is one of"):
        add_staff(context, AddStaff(NAME, role, PASSWORD))
    added(services)
    with services.transaction() as context, pytest.raises(ValueError, match="role is one of"):
        change_role(context, list_staff(context)[0].id, role)


def test_a_name_is_one_account(services: Services) -> None:
    added(services)
    with services.transaction() as context, pytest.raises(StaffNameTaken):
        add_staff(context, AddStaff(NAME, Role.REVIEWER, PASSWORD))


def test_weak_passwords_are_refused_and_leave_no_account(services: Services) -> None:
    weak = {"short": PasswordTooShort, "Password123456789": PasswordGuessable}
    for password, error in weak.items():
        with services.transaction() as context, pytest.raises(error):
            add_staff(context, AddStaff(NAME, Role.AGENT, password))
    with services.transaction() as context:
        assert list_staff(context) == []


def test_administrators_see_and_disable_and_give_no_access(services: Services) -> None:
    added(services)
    with services.transaction(ADMIN) as context:
        (one,) = list_staff(context)
        assert (one.name, one.role, one.disabled_at) == (NAME, Role.AGENT, None)
    with services.transaction(ADMIN) as context:
        assert disable_staff(context, one.id).disabled_at is not None
    for use_case in (
        lambda context: add_staff(context, AddStaff("other", Role.ADMIN, PASSWORD)),
        lambda context: enable_staff(context, one.id),
        lambda context: reset_staff(context, ResetStaff(NAME, PASSWORD)),
        lambda context: change_role(context, one.id, Role.REVIEWER),
    ):
        with services.transaction(ADMIN) as context, pytest.raises(NotAllowed):
            use_case(context)
    actors = {event.actor_id for event in events(services, Action.STAFF_DISABLED)}
    assert actors == {ADMIN.id}


def test_nobody_disables_themself(services: Services, clock: MovableClock) -> None:
    totp = added(services, Role.ADMIN)
    me = caller(services, entered(services, totp.at(clock.now()))).actor
    with services.transaction(me) as context, pytest.raises(OwnAccount):
        disable_staff(context, me.uuid)
    with services.transaction(me) as context, pytest.raises(NotFound):
        disable_staff(context, new_id())


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER, Role.COMPLIANCE])
def test_other_staff_administers_nobody(services: Services, role: Role) -> None:
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            list_staff(context)
        with pytest.raises(NotAllowed):
            disable_staff(context, new_id())


@pytest.mark.parametrize(
    "ending",
    [
        lambda context, staff_id: disable_staff(context, staff_id),
        lambda context, staff_id: change_role(context, staff_id, Role.COMPLIANCE),
        lambda context, _: reset_staff(context, ResetStaff(NAME, OTHER_PASSWORD)),
    ],
    ids=["disable", "role", "reset"],
)
def test_sessions_end_at_once(services: Services, clock: MovableClock, ending: object) -> None:
    totp = added(services, Role.REVIEWER)
    tokens = entered(services, totp.at(clock.now()))
    staff_id = account_id(services)
    with services.transaction() as context:
        assert callable(ending)
        ending(context, staff_id)
    with pytest.raises(TokenInvalid):
        caller(services, tokens)
    with services.transaction(ANONYMOUS) as context, pytest.raises(TokenInvalid):
        rotate(context, tokens.refresh or "")
    (ended,) = events(services, Action.SESSION_ENDED)
    assert ended.data["holder"] == str(staff_id)


def test_an_account_that_is_enabled_signs_in_again(services: Services, clock: MovableClock) -> None:
    totp, staff_id = added(services), account_id(services)
    with services.transaction() as context:
        disable_staff(context, staff_id)
    with pytest.raises(SignInFailed):
        entered(services, totp.at(clock.now()))
    with services.transaction() as context:
        enable_staff(context, staff_id)
    entered(services, totp.at(clock.now()))


def test_new_credentials_replace_the_old_ones(services: Services, clock: MovableClock) -> None:
    old = added(services)
    entered(services, old.at(clock.now()))
    with services.transaction() as context:
        new = pyotp.TOTP(reset_staff(context, ResetStaff(NAME, OTHER_PASSWORD)))
    for totp, password in ((old, PASSWORD), (new, PASSWORD), (old, OTHER_PASSWORD)):
        with pytest.raises(SignInFailed):
            entered(services, totp.at(clock.now()), password)
    entered(services, new.at(clock.now()), OTHER_PASSWORD)
    with services.transaction() as context, pytest.raises(NotFound):
        reset_staff(context, ResetStaff("nobody", OTHER_PASSWORD))


def test_a_session_lasts_a_shift_and_ends_when_it_is_not_used(
    services: Services, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(StaffPolicy)
    totp = added(services)
    tokens = entered(services, totp.at(clock.now()))
    for _ in range(rules.session_h * 60 // (rules.idle_min - 1)):
        clock.advance(seconds=(rules.idle_min - 1) * 60)
        with services.transaction(ANONYMOUS) as context:
            tokens = rotate(context, tokens.refresh or "")
    clock.advance(seconds=rules.idle_min * 60)
    with services.transaction(ANONYMOUS) as context, pytest.raises(TokenInvalid):
        rotate(context, tokens.refresh or "")
    idle = entered(services, totp.at(clock.now()))
    clock.advance(seconds=rules.idle_min * 60)
    with services.transaction(ANONYMOUS) as context, pytest.raises(TokenInvalid):
        rotate(context, idle.refresh or "")


def test_a_refresh_token_that_is_used_twice_ends_the_session(
    services: Services, clock: MovableClock
) -> None:
    tokens = entered(services, added(services).at(clock.now()))
    with services.transaction(ANONYMOUS) as context:
        newer = rotate(context, tokens.refresh or "")
    with services.transaction(ANONYMOUS) as context, pytest.raises(TokenInvalid):
        rotate(context, tokens.refresh or "")
    with pytest.raises(TokenInvalid):
        caller(services, newer)
    (reuse,) = events(services, Action.SESSION_REUSE_DETECTED)
    assert (reuse.actor_kind, reuse.actor_id) == ("staff", str(account_id(services)))


class TestStepUp:
    """The second factor again, for some minutes, in one session."""

    def begun(self, services: Services, clock: MovableClock) -> tuple[pyotp.TOTP, Actor, Origin]:
        totp = added(services, Role.REVIEWER)
        mine = caller(services, entered(services, totp.at(clock.now())))
        clock.advance(seconds=30)
        return totp, mine.actor, Origin(session_id=mine.session.id)

    def test_it_holds_for_some_minutes(self, services: Services, clock: MovableClock) -> None:
        totp, actor, origin = self.begun(services, clock)
        with services.transaction(actor, origin) as context, pytest.raises(StepUpRequired):
            require_step_up(context)
        with services.transaction(actor, origin) as context:
            until = step_up(context, totp.at(clock.now()))
        with services.transaction(actor, origin) as context:
            require_step_up(context)
        clock.set(until)
        with services.transaction(actor, origin) as context, pytest.raises(StepUpRequired):
            require_step_up(context)

    def test_it_is_of_one_session(self, services: Services, clock: MovableClock) -> None:
        totp, actor, origin = self.begun(services, clock)
        with services.transaction(actor, origin) as context:
            step_up(context, totp.at(clock.now()))
        clock.advance(seconds=30)
        other = caller(services, entered(services, totp.at(clock.now())))
        elsewhere = Origin(session_id=other.session.id)
        for place in (elsewhere, Origin()):
            with services.transaction(actor, place) as context, pytest.raises(StepUpRequired):
                require_step_up(context)
        stranger = staff(new_id(), Role.REVIEWER)
        with services.transaction(stranger, origin) as context, pytest.raises(StepUpRequired):
            require_step_up(context)

    def test_a_code_is_taken_once_and_guesses_are_limited(
        self, services: Services, clock: MovableClock
    ) -> None:
        totp, actor, origin = self.begun(services, clock)
        code = totp.at(clock.now())
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"

        def step(given: str) -> None:
            with services.transaction(actor, origin) as context:
                step_up(context, given)

        step(code)
        for given in (code, *[wrong] * 9):
            with pytest.raises(StepUpFailed):
                step(given)
        with pytest.raises(Exception, match="sign_in_attempts_used"):
            step(code)
        assert len(events(services, Action.STAFF_STEP_UP_FAILED)) == 10

    def test_the_system_needs_none(self, services: Services) -> None:
        with services.transaction() as context:
            assert isinstance(context, Context)
            require_step_up(context)
