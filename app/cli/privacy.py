"""Commands about personal data: erasure, legal holds, retention."""

from __future__ import annotations

from uuid import UUID

import click

from app.cli.shared import operator, read_settings


@click.command()
@click.argument("applicant", type=click.UUID)
@click.confirmation_option(prompt="Close this account and destroy what no law has kept?")
def erase(applicant: UUID) -> None:
    """Close an account and erase its person; records of a customer stay, locked, for their time."""
    from app.services import open_services
    from core.errors import NotFound
    from loans.erasure import LoanOutstanding
    from privacy.erasure import erase_person

    services = open_services(read_settings())
    try:
        with services.transaction(operator()) as context:
            owner = erase_person(context, applicant)
    except NotFound as error:
        raise click.ClickException("no open account under that id") from error
    except LoanOutstanding as error:
        raise click.ClickException("a loan was accepted: the contract needs the account") from error
    if owner.erased_at is not None:
        click.echo("erased; files and keys go within a minute while the worker runs")
    else:
        click.echo(f"closed; records are kept, locked, until {owner.records_until:%Y-%m-%d}")


@click.command()
@click.argument("applicant", type=click.UUID)
@click.option("--reason", help="why everything is kept; sealed")
@click.option("--lift", is_flag=True, help="end the holds of this person")
def hold(applicant: UUID, reason: str | None, lift: bool) -> None:
    """Keep everything of a person until the hold is lifted, or lift it."""
    from app.services import open_services
    from core.errors import NotFound
    from privacy.holds import lift_hold, place_hold

    if lift == bool(reason):
        raise click.UsageError("give --reason, or --lift")
    services = open_services(read_settings())
    try:
        with services.transaction(operator()) as context:
            if reason:
                place_hold(context, applicant, reason)
                click.echo("held: nothing of this person is deleted")
            else:
                click.echo(f"lifted: {lift_hold(context, applicant)}")
    except NotFound as error:
        raise click.ClickException("no such account, or no hold in force") from error


@click.command()
@click.option("--dry-run", is_flag=True, help="say what is due and delete nothing")
def retention(dry_run: bool) -> None:
    """Delete what has been kept long enough; the worker does the same once a day."""
    from app.retention import delete_all_due, due_now
    from app.services import open_services

    services = open_services(read_settings())
    for name, count in (due_now(services) if dry_run else delete_all_due(services)).items():
        click.echo(f"{name}: {count}")
