"""`kaihu lists`: commands propose, and show; who did it is recorded."""

from __future__ import annotations

import getpass
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from app.cli.main import main
from app.services import open_services
from app.settings import Settings
from audit.actions import Action
from core.ids import new_id
from tests.support.log import events
from tests.support.watchlist import decided

NUMBER = "110101199003074477"
ENTRY = ("court", "person", "--reason", "judgement_default", "--source", "court notice 12")


@pytest.fixture
def var(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an empty database, which commands find in the environment."""
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    return sqlite_settings.var


def kaihu(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["lists", *arguments], input=given)


def test_an_entry_is_proposed_confirmed_and_removed(var: Path) -> None:
    made = kaihu("add", *ENTRY, "--until", "2099-12-31", given=f"{NUMBER}\n")
    assert made.exit_code == 0, made.output
    assert NUMBER not in made.output
    assert "court  review  0 in force, 1 proposed" in kaihu("show").output
    services = open_services(Settings(var=var))
    (event,) = events(services, Action.LIST_CHANGE_PROPOSED)
    assert (event.actor_kind, event.actor_id) == ("system", f"command:{getpass.getuser()}")
    entry = str(decided(services, UUID(event.subject)))
    shown = kaihu("show", "court", "--find", NUMBER).output
    assert f"{entry}  person  in_force  judgement_default  until 2099-12-31" in shown
    assert kaihu("show", "court", "--find", "13800000001").output == ""
    removed = kaihu("remove", entry, "--reason", "settled")
    assert removed.exit_code == 0, removed.output
    assert "in_force" in kaihu("show", "court").output, "nobody has confirmed it"
    services.database.dispose()


@pytest.mark.usefixtures("var")
def test_what_cannot_be_is_said_in_a_sentence() -> None:
    wrong = kaihu("add", *ENTRY, "--value", "123")
    assert wrong.exit_code == 1
    assert "no valid identity number" in wrong.output
    assert kaihu("add", "friends", *ENTRY[1:], "--value", NUMBER).exit_code == 1
    assert kaihu("remove", str(new_id()), "--reason", "wrong").exit_code == 1
