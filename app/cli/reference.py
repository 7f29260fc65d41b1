"""Documents that are made from the code."""

from __future__ import annotations

import click

from app.settings import Settings


@click.command("settings")
def settings_table() -> None:
    """Print docs/settings.md."""
    click.echo(Settings.table(), nl=False)
