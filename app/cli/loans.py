"""Commands about lending."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from app.cli.shared import operator, read_settings


@click.group()
def loans() -> None:
    """Applications and their decisions."""


@loans.command("compare")
@click.option("--policy", type=click.Path(exists=True, path_type=Path), help="Another policy.")
@click.option("--shadow", is_flag=True, help="The scorer that is asked in the shadow.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Decisions from this day on, UTC.")
def compare(policy: Path | None, shadow: bool, since: datetime | None) -> None:
    """Show how another policy, or the scorer in the shadow, would have decided."""
    from app.policy import load
    from app.services import open_services
    from loans.credit.comparison import compare_policy, compare_shadow, note_comparison

    if (policy is None) is not shadow:
        raise click.UsageError("give --policy PATH or --shadow")
    other = load(policy) if policy else None  # names what is misspelt before anything is compared
    services = open_services(read_settings())
    start = since.replace(tzinfo=UTC) if since else None
    with services.reading(operator()) as context:
        if other is None:
            what, found = "shadow", compare_shadow(context, start)
        else:
            what, found = other.content, compare_policy(context, other.content, start)
    with services.transaction(operator()) as context:
        note_comparison(context, what, found)
    for name, value in asdict(found).items():
        click.echo(f"{name:24} {value}")
