"""Commands about personal data are recorded under the name of who ran them."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from uuid import uuid4

import pytest
from click.testing import CliRunner

from app.cli.main import main
from app.services import open_services
from app.settings import Settings
from audit.actions import Action
from tests.support.factories import applicant, onboarded
from tests.support.log import events

WHO = f"command:{getpass.getuser()}"


def kaihu(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], input="y\n")
    assert done.exit_code == 0, done.output
    return done.output


def actors(settings: Settings, *actions: Action) -> Sequence[str]:
    services = open_services(settings)
    found = [event.actor_id for action in actions for event in events(services, action)]
    services.database.dispose()
    return found


def test_holds_and_erasures_name_who_ran_them(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    services = open_services(sqlite_settings)
    onboarding = onboarded(applicant(services))
    services.database.dispose()
    kaihu("hold", onboarding.applicant_id, "--reason", "a court asks")
    kaihu("hold", onboarding.applicant_id, "--lift")
    kaihu("erase", onboarding.applicant_id)
    done = (Action.HOLD_PLACED, Action.HOLD_LIFTED, Action.ACCOUNT_CLOSED)
    assert actors(sqlite_settings, *done) == [WHO] * 3


def test_nobody_is_erased_by_an_unknown_id(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    done = CliRunner().invoke(main, ["erase", str(uuid4())], input="y\n")
    assert (done.exit_code, "no open account" in done.output) == (1, True)
