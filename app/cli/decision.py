"""Commands about decisions that were made."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from app.cli.shared import operator, read_settings


@click.group()
def decision() -> None:
    """Decisions that were made."""


@decision.command("replay")
@click.argument("onboarding", type=click.UUID)
def replay_decision(onboarding: UUID) -> None:
    """Make a decision again from its record; exit 1 if it comes out otherwise."""
    from app.services import open_services
    from core.errors import NotFound
    from kyc.decision.replay import replay

    with open_services(read_settings()).transaction(operator()) as context:
        try:
            made = replay(context, onboarding)
        except NotFound as error:
            raise click.ClickException("no decision under that id, or not its policy") from error
    click.echo(f"policy {made.policy_version}: {', '.join(made.reasons) or 'no reasons'}")
    click.echo(f"decided {made.decided}, again {made.again}")
    sys.exit(0 if made.same else 1)
