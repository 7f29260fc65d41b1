"""Commands about the audit log."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from app.cli.shared import read_settings


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
def verify() -> None:
    """Recompute the whole log; exit 1 if anything was changed."""
    from access.log_reading import verify_log
    from app.services import open_services

    with open_services(read_settings()).reading() as context:
        found = verify_log(context)
    click.echo(f"{found.size} events, {found.checkpoints} checkpoints")
    for fault in found.faults:
        click.echo(f"FAULT {fault}")
    sys.exit(0 if found.intact else 1)


@audit.command("proof")
@click.argument("event", type=click.UUID)
def proof(event: UUID) -> None:
    """Prove that an event is in the signed log, and check the proof; exit 1 if it fails."""
    from access.log_reading import prove_inclusion
    from app.services import open_services
    from audit.merkle import root_from_inclusion
    from core.errors import NotFound

    services = open_services(read_settings())
    with services.reading() as context:
        try:
            made = prove_inclusion(context, event)
        except NotFound as error:
            raise click.ClickException("no such event, or it is not sequenced yet") from error
    checkpoint = services.log_key.read(made.note)
    root = root_from_inclusion(made.leaf, made.position, made.size, made.path)
    click.echo(f"leaf {made.leaf.hex()} at {made.position} of {made.size}")
    for node in made.path:
        click.echo(f"  {node.hex()}")
    click.echo(made.note, nl=False)
    sys.exit(0 if root == checkpoint.root else 1)


@audit.command("consistency")
@click.argument("old_size", type=int)
@click.argument("old_root", type=str)
def consistency(old_size: int, old_root: str) -> None:
    """Prove that a log of OLD_SIZE events with OLD_ROOT (hex) is a prefix of the present one."""
    from access.log_reading import prove_consistency
    from app.services import open_services
    from audit.merkle import is_consistent
    from core.errors import NotFound

    services = open_services(read_settings())
    with services.reading() as context:
        try:
            made = prove_consistency(context, old_size)
        except NotFound as error:
            raise click.ClickException("the log has no such size") from error
    checkpoint = services.log_key.read(made.note)
    known = bytes.fromhex(old_root)
    prefix = is_consistent(old_size, made.size, known, checkpoint.root, made.path)
    click.echo("a prefix of the present log" if prefix else "NOT a prefix of the present log")
    sys.exit(0 if prefix else 1)
