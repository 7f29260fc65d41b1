"""Commands about the audit log."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import click

from app.cli.shared import operator, read_settings


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
@click.option("--witness", default="", help="Folder or URL of checkpoints kept outside.")
@click.option("--state", is_flag=True, help="Compare decisions, offers and verdicts with the log.")
def verify(witness: str, state: bool) -> None:
    """Recompute the whole log; exit 1 if anything was changed."""
    from access.log_reading import keep_verification, state_faults, verify_pieces
    from app.services import open_services
    from audit.witness import Witness, witness_faults

    services = open_services(read_settings())
    found = verify_pieces(services.reading)
    faults = list(found.faults)
    with services.reading() as context:
        if witness:
            faults += witness_faults(context.session, services.log_key, Witness(witness))
        if state:
            faults += state_faults(context)
    with services.transaction(operator()) as context:
        keep_verification(context, replace(found, faults=tuple(faults)))
    click.echo(f"{found.size} events, {found.checkpoints} checkpoints")
    for fault in faults:
        click.echo(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


@audit.command("witness")
@click.argument("path")
def witness_command(path: str) -> None:
    """Give the newest checkpoint to the witness at PATH (a folder or an fsspec URL).

    Exit 1 if the log is not a continuation of what the witness holds.
    """
    from app.services import open_services
    from audit.proofs import CheckpointUnknown
    from audit.witness import Witness, WitnessRefused, bear_witness

    services = open_services(read_settings())
    try:
        with services.reading() as context:
            borne = bear_witness(context.session, services.log_key, Witness(path))
    except CheckpointUnknown as error:
        raise click.ClickException("the log has no checkpoint yet") from error
    except WitnessRefused as error:
        click.echo(f"REFUSED {error}")
        sys.exit(1)
    click.echo(f"{borne.size} events{'' if borne.added else ', known already'}")


@audit.command("export")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--onboarding", type=click.UUID, help="The events of an onboarding.")
@click.option("--person", type=click.UUID, help="The events about an applicant.")
@click.option("--from", "since", type=click.DateTime(), help="From when on (UTC).")
@click.option("--to", "until", type=click.DateTime(), help="Before when (UTC).")
@click.option("--since-size", type=int, help="Also prove that the log of this size only grew.")
def export(
    path: Path,
    onboarding: UUID | None,
    person: UUID | None,
    since: datetime | None,
    until: datetime | None,
    since_size: int | None,
) -> None:
    """Write events, their bytes and proofs to PATH, a zip; docs/verify_audit.py verifies it."""
    from access.log_reading import export_events
    from app.services import open_services
    from audit.export import Export, NothingToExport, SequencerMissing
    from audit.reading import Search

    if not (onboarding or person or since or until):
        raise click.UsageError("say which: --onboarding, --person, --from, --to")
    services = open_services(read_settings())
    first, last = (moment.replace(tzinfo=UTC) if moment else None for moment in (since, until))
    command = Export(onboarding, Search(person, since=first, until=last), since_size)
    try:
        count = export_events(
            services.reading, partial(services.transaction, operator()), command, path
        )
    except NothingToExport as error:
        raise click.ClickException("no event fits") from error
    except SequencerMissing as error:
        raise click.ClickException("events get no position: start the worker") from error
    click.echo(f"{count} events in {path}")


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
