"""A command for those who change tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


@click.command("migration")
@click.argument("message")
def new_migration(message: str) -> None:
    """Write a migration from the difference between the models and a fresh database."""
    from alembic import command

    from app.services import alembic_config, migrate
    from app.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var=Path(folder), database_url="")
        migrate(settings)
        command.revision(alembic_config(settings), message=message, autogenerate=True)
