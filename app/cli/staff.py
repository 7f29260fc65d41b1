"""Commands about staff. Each is recorded under the operating system's name of who ran it."""

from __future__ import annotations

import click

from app.cli.shared import acting
from core.actors import STAFF_ROLES, Role

ROLE = click.Choice([str(role) for role in STAFF_ROLES])


@click.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("name")
@click.option("--role", required=True, type=ROLE)
@click.password_option()
def add(name: str, role: str, password: str) -> None:
    """Make an account, and show its TOTP secret once."""
    from access.staff import AddStaff, add_staff

    with acting() as context:
        secret = add_staff(context, AddStaff(name, Role(role), password))
    _show_enrolment(secret, name)


@staff.command("list")
def list_accounts() -> None:
    """Show every account with its role."""
    from access.staff import list_staff

    with acting() as context:
        accounts = list_staff(context)
    for one in accounts:
        state = f"disabled {one.disabled_at:%Y-%m-%d}" if one.disabled_at else "in use"
        click.echo(f"{one.name}  {one.role}  since {one.created_at:%Y-%m-%d}  {state}")


@staff.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """End every session of an account at once, and let it sign in no more."""
    from access.staff import disable_staff, staff_id_of

    with acting() as context:
        disable_staff(context, staff_id_of(context, name))
    click.echo(f"{name} is disabled")


@staff.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled account sign in again, with the password and the TOTP secret that it had."""
    from access.staff import enable_staff, staff_id_of

    with acting() as context:
        enable_staff(context, staff_id_of(context, name))
    click.echo(f"{name} may sign in")


@staff.command("reset")
@click.argument("name")
@click.password_option()
def reset(name: str, password: str) -> None:
    """Give an account a new password and a new TOTP secret; its sessions end."""
    from access.staff import ResetStaff, reset_staff

    with acting() as context:
        secret = reset_staff(context, ResetStaff(name, password))
    _show_enrolment(secret, name)


@staff.command("role")
@click.argument("name")
@click.argument("role", type=ROLE)
def change(name: str, role: str) -> None:
    """Give an account another role in place of its own; its sessions end."""
    from access.staff import change_role, staff_id_of

    with acting() as context:
        change_role(context, staff_id_of(context, name), Role(role))
    click.echo(f"{name} is {role}")


def _show_enrolment(secret: str, name: str) -> None:
    """What an authenticator app is shown: a QR code, and the same as text."""
    import segno

    from access.totp import enrolment_uri

    uri = enrolment_uri(secret, name)
    click.echo("Scan this with an authenticator app now; it is not shown again.")
    segno.make(uri, error="m").terminal(compact=True)
    click.echo(uri)
    click.echo(f"TOTP secret: {secret}")
