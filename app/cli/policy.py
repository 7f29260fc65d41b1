"""Commands about the policy."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.shared import operator, read_settings


@click.group()
def policy() -> None:
    """The rules that decide."""


@policy.command("simulate")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def simulate_policy(path: Path) -> None:
    """Show which past decisions another policy (a file or a folder) would change."""
    from app.policy import load
    from app.services import open_services
    from kyc.decision.replay import note_simulation, simulate

    other = load(path)  # names what is misspelt before anything is compared
    services = open_services(read_settings())
    with services.reading() as context:
        made = simulate(context, other.content)
    with services.transaction(operator()) as context:
        note_simulation(context, other.content, made)
    changed = [one for one in made if not one.same]
    for one in changed:
        click.echo(f"{one.onboarding_id} {one.decided} -> {one.again}: {', '.join(one.reasons)}")
    click.echo(f"{len(changed)} of {len(made)} decisions would change")
