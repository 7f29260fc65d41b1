"""`kaihu staff`: accounts are made, shown, disabled, enabled, reset; who did it is recorded."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import main
from app.services import open_services
from app.settings import Settings
from audit.actions import Action
from tests.support.factories import PASSWORD
from tests.support.log import events


@pytest.fixture
def var(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an empty database, which commands find in the environment."""
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    return sqlite_settings.var


def kaihu(*arguments: str, password: str = PASSWORD) -> Result:
    return CliRunner().invoke(main, ["staff", *arguments], input=f"{password}\n{password}\n")


def test_an_account_lives(var: Path) -> None:
    made = kaihu("add", "wang.fang", "--role", "agent")
    assert made.exit_code == 0, made.output
    assert "otpauth://totp/Kaihu:wang.fang?secret=" in made.output
    assert "█" in made.output or "▄" in made.output, "no QR code"
    assert PASSWORD not in made.output
    assert "wang.fang  agent" in kaihu("list").output
    assert kaihu("role", "wang.fang", "reviewer").exit_code == 0
    assert kaihu("disable", "wang.fang").exit_code == 0
    assert "disabled" in kaihu("list").output
    assert kaihu("enable", "wang.fang").exit_code == 0
    renewed = kaihu("reset", "wang.fang")
    assert "otpauth://" in renewed.output
    assert secret_of(renewed) != secret_of(made)
    services = open_services(Settings(var=var))
    who = f"command:{getpass.getuser()}"
    for action in (
        Action.STAFF_ADDED,
        Action.STAFF_ROLE_CHANGED,
        Action.STAFF_DISABLED,
        Action.STAFF_ENABLED,
        Action.STAFF_RESET,
    ):
        (event,) = events(services, action)
        assert (event.actor_kind, event.actor_id) == ("system", who)
    assert {event.actor_id for event in events(services, Action.STAFF_LISTED)} == {who}
    services.database.dispose()


@pytest.mark.usefixtures("var")
def test_what_cannot_be_is_said_in_a_sentence() -> None:
    short = kaihu("add", "wang.fang", "--role", "agent", password="short")
    assert (short.exit_code, "at least 15 characters" in short.output) == (1, True)
    weak = kaihu("add", "wang.fang", "--role", "agent", password="Password123456789")
    assert (weak.exit_code, "easy to guess" in weak.output) == (1, True)
    absent = kaihu("disable", "nobody")
    assert (absent.exit_code, "Nothing was found" in absent.output) == (1, True)
    assert kaihu("add", "wang.fang", "--role", "applicant").exit_code == 2


def secret_of(result: Result) -> str:
    (line,) = (line for line in result.output.splitlines() if line.startswith("TOTP secret: "))
    return line
