"""A database belongs to its keys: with those of another installation nothing starts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.factory import create_app
from app.installation import KeysOfAnotherDatabase, UsedOtherwise
from app.models import Installation
from app.serve import environment
from app.services import Services, open_services, remember_policy
from app.settings import ROOT, Settings
from core.actors import Role
from storage.keyring import KeyPurpose
from storage.keys.names import Root
from tests.support.factories import applicant, staff_member

DATA_KEYS = "data-keys.sqlite*"


def other_keys(settings: Settings, tmp_path: Path) -> Settings:
    """The same database, beside the keys of an installation that was just made."""
    return settings.model_copy(
        update={"var": tmp_path / "another", "database_url": settings.database}
    )


def adopted(services: Services) -> Services:
    remember_policy(services)
    return services


def used(services: Services) -> Services:
    """A database with people in it that has no mark, as one of before there was one."""
    applicant(services)
    staff_member(services, Role.AGENT)
    return services


@pytest.mark.parametrize("made", [adopted, used])
def test_keys_of_another_installation_stop_the_start(
    services: Services, tmp_path: Path, made: Callable[[Services], Services]
) -> None:
    made(services)
    wrong = other_keys(services.settings, tmp_path)
    for start in (open_services, create_app):
        with pytest.raises(KeysOfAnotherDatabase, match="does not belong to these keys"):
            start(wrong)
    open_services(services.settings)


@pytest.mark.parametrize("lost", [*(f"{root}.key" for root in (Root.DATA, Root.INDEX)), DATA_KEYS])
def test_one_root_or_the_store_of_another_stops_it_too(
    services: Services, tmp_path: Path, lost: str
) -> None:
    adopted(services)
    other = services.settings.model_copy(update={"var": tmp_path / "another", "database_url": ""})
    shutil.copytree(services.settings.var, other.var)
    for file in other.keys.glob(lost):
        file.unlink()
    wrong = other.model_copy(update={"database_url": services.settings.database})
    with pytest.raises(KeysOfAnotherDatabase):
        open_services(wrong)


def test_an_empty_database_takes_the_keys_that_are_there(services: Services) -> None:
    adopted(services)
    with services.reading() as context:
        assert context.session.scalar(sa.select(sa.func.count()).select_from(Installation)) == 1
    remember_policy(open_services(services.settings))


def test_a_damaged_mark_stops_nothing_where_people_open(services: Services) -> None:
    used(adopted(services))
    with services.transaction() as context:
        row = context.session.scalars(sa.select(Installation)).one()
        row.mark = row.mark[:-1] + bytes([row.mark[-1] ^ 1])
        damaged = row.mark
    remember_policy(open_services(services.settings))
    with services.reading() as context:
        row = context.session.scalars(sa.select(Installation)).one()
        assert row.mark != damaged, "it is made anew"


def test_one_damaged_account_stops_nothing(services: Services) -> None:
    used(services)
    broken = applicant(services, "13800000002")
    services.parts.keyring.destroy(broken.id, KeyPurpose.IDENTITY)
    open_services(services.settings)


def test_a_command_says_it_in_a_sentence(services: Services, tmp_path: Path) -> None:
    adopted(services)
    wrong = other_keys(services.settings, tmp_path)
    command = [sys.executable, "-m", "app.cli.main", "retention", "--dry-run"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(wrong), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: the database does not belong to these keys")


@pytest.mark.parametrize("made", [adopted, used])
def test_a_database_that_serves_owners_never_becomes_a_sandbox(
    services: Services, made: Callable[[Services], Services]
) -> None:
    made(services)
    with pytest.raises(UsedOtherwise, match="is not a sandbox's"):
        open_services(sandbox(services.settings))


def test_a_sandbox_never_serves_owners(services: Services) -> None:
    remember_policy(open_services(sandbox(services.settings)))
    open_services(sandbox(services.settings))
    for start in (open_services, create_app):
        with pytest.raises(UsedOtherwise, match="never serves owners"):
            start(services.settings)


def sandbox(settings: Settings) -> Settings:
    return settings.model_copy(update={"sandbox": True})
