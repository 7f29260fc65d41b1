"""Fixtures of all tests: the weights, the evaluation data, a database, services, a clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.services import Services, migrate, open_services
from app.settings import ROOT, Settings
from tests.support.clock import MovableClock
from tests.support.hashing import hash_cheaply
from tests.support.postgres import TEMPLATE, Postgres, running_postgres

os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "models" / "numba"))

# Machines that test may be slow and shared: how long an example takes says nothing.
hypothesis_settings.register_profile(
    "kaihu", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("kaihu")

DATA = Path(os.environ.get("KAIHU_EVALUATION_DATA", ROOT.parent / "shared" / "evaluation"))


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the verified weights."""
    return ROOT / "models"


@pytest.fixture(scope="session")
def evaluation_data() -> Path:
    """The labelled data; tests that need them are skipped without."""
    if not DATA.exists():
        pytest.skip(f"no evaluation data at {DATA}: set KAIHU_EVALUATION_DATA")
    return DATA


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that every migration went over; tests take copies."""
    made = Settings(var=tmp_path_factory.mktemp("sqlite"))
    migrate(made)
    return made.var / "kaihu.sqlite"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL server with a migrated database to copy."""
    with running_postgres() as server:
        var = tmp_path_factory.mktemp("postgres")
        migrate(Settings(var=var, database_url=server.create(TEMPLATE)))
        yield server


@pytest.fixture
def sqlite_settings(tmp_path: Path, migrated_sqlite: Path) -> Settings:
    """Settings over an empty SQLite database."""
    var = tmp_path / "var"
    var.mkdir()
    shutil.copyfile(migrated_sqlite, var / "kaihu.sqlite")
    return Settings(var=var, code_outbox=tmp_path / "codes.jsonl")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, sqlite_settings: Settings) -> Iterator[Settings]:
    """Settings over an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_settings
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.copy_of_template() as url:
        yield sqlite_settings.model_copy(update={"database_url": url})


@pytest.fixture
def clock() -> MovableClock:
    """The clock of this test's services."""
    return MovableClock()


@pytest.fixture
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    """What a process opens at its start, over an empty database and a clock that can be moved."""
    opened = hash_cheaply(open_services(settings, clock))
    yield opened
    opened.database.dispose()
