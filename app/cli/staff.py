"""Commands about staff."""

from __future__ import annotations

import click

from app.cli.shared import read_settings
from core.actors import STAFF_ROLES, Role


@click.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([str(role) for role in STAFF_ROLES]))
@click.password_option()
def add(name: str, role: str, password: str) -> None:
    """Make a staff account and show its TOTP secret once."""
    from access.staff import AddStaff, add_staff
    from app.services import migrate, open_services

    settings = read_settings()
    migrate(settings)
    services = open_services(settings)
    with services.transaction() as context:
        secret = add_staff(context, AddStaff(name, Role(role), password))
    click.echo(f"TOTP secret (shown once): {secret}")
