"""Commands about messages to other systems."""

from __future__ import annotations

from uuid import UUID

import click

from app.cli.shared import read_settings


@click.group()
def webhooks() -> None:
    """What other systems are notified of."""


@webhooks.command("list")
def list_messages() -> None:
    """Print every message and what became of it, the newest first."""
    from app.services import open_services
    from app.webhooks.dispatcher import list_deliveries

    with open_services(read_settings()).transaction() as context:
        for row in list_deliveries(context):
            click.echo(f"{row.event_id} {row.state} tries {row.tries} last {row.last_answer}")


@webhooks.command("replay")
@click.argument("event", type=click.UUID)
def replay_message(event: UUID) -> None:
    """Send a message once more."""
    from app.services import open_services
    from app.webhooks.dispatcher import replay_delivery

    with open_services(read_settings()).transaction() as context:
        if not replay_delivery(context, event):
            raise click.ClickException("no message about that event")
