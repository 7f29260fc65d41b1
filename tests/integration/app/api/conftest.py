"""One application over an empty SQLite database: what is tested here asks no database much."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.api.caller import EXTENSION
from app.factory import create_app
from app.services import migrate
from app.settings import Settings
from tests.support.hashing import hash_cheaply


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application; tests of this folder only read from it."""
    folder: Path = tmp_path_factory.mktemp("api")
    settings = Settings(var=folder / "var", code_outbox=folder / "codes.jsonl")
    migrate(settings)
    made = create_app(settings)
    hash_cheaply(made.extensions[EXTENSION])
    return made
