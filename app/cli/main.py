"""The `kaihu` command, put together."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

import click

from app.cli import (
    audit,
    decision,
    keys,
    lists,
    loans,
    migration,
    models,
    policy,
    privacy,
    serve,
    staff,
    webhooks,
)
from app.cli.reference import data_model, settings_table
from storage.keys.roots import RootKeyUnusable

GROUP = "kaihu.commands"


class DiscoveringGroup(click.Group):
    """A group that finds further commands of installed packages when they are asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; keys that are unusable, or another database's, are told in a sentence."""
        try:
            return super().invoke(ctx)
        except RootKeyUnusable as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command by name."""
        found = {entry.name for entry in entry_points(group=GROUP)}
        return sorted({*super().list_commands(ctx), *found})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command; a package is imported only when its command is called."""
        own = super().get_command(ctx, name)
        if own is not None:
            return own
        for entry in entry_points(group=GROUP, name=name):
            command = entry.load()
            return command if isinstance(command, click.Command) else None
        return None


@click.group(cls=DiscoveringGroup)
def main() -> None:
    """Kaihu: open an account in one minute."""


for command in (
    models.models,
    serve.serve,
    serve.worker,
    serve.analysts,
    serve.lending,
    staff.staff,
    lists.lists,
    audit.audit,
    keys.keys,
    decision.decision,
    policy.policy,
    loans.loans,
    webhooks.webhooks,
    privacy.erase,
    privacy.hold,
    privacy.retention,
    migration.new_migration,
    settings_table,
    data_model,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
