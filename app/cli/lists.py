"""Commands about lists. They propose; a reviewer confirms over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import click

from app.cli.shared import acting
from kyc.lists.models import Listed, ListReason, RemovalReason


@click.group()
def lists() -> None:
    """Lists of those who are not served, or not without a person's look."""


@lists.command("add")
@click.argument("code")
@click.argument("kind", type=click.Choice([str(one) for one in Listed]))
@click.option("--value", required=True, prompt=True, hide_input=True, help="asked if not given")
@click.option("--reason", required=True, type=click.Choice([str(one) for one in ListReason]))
@click.option("--source", required=True, help="what it rests on; names nobody")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="the last day; else for good")
@click.option("--born", type=click.DateTime(["%Y-%m-%d"]), help="birth date beside a name")
@click.option("--number", default="", help="end of the identity number, or code, beside a name")
def add(
    code: str,
    kind: str,
    value: str,
    reason: str,
    source: str,
    until: datetime | None,
    born: datetime | None,
    number: str,
) -> None:
    """Propose an entry of the list CODE; it counts once a reviewer confirms it."""
    from kyc.lists.entries import ProposeEntry, propose_entry

    last = None if until is None else until.date()
    birth = None if born is None else born.date()
    command = ProposeEntry(
        code, Listed(kind), value, source, ListReason(reason), last, birth, number
    )
    with acting() as context:
        proposal = propose_entry(context, command)
    click.echo(f"proposed: entry {proposal.entry_id}, proposal {proposal.id}")


@lists.command("remove")
@click.argument("entry", type=click.UUID)
@click.option("--reason", required=True, type=click.Choice([str(one) for one in RemovalReason]))
def remove(entry: UUID, reason: str) -> None:
    """Propose that an entry goes; it stays until a reviewer confirms that."""
    from kyc.lists.entries import ProposeRemoval, propose_removal

    with acting() as context:
        proposal = propose_removal(context, ProposeRemoval(entry, RemovalReason(reason)))
    click.echo(f"proposed: removal of {entry}, proposal {proposal.id}")


@lists.command("show")
@click.argument("code", required=False)
@click.option("--find", help="a number, code or phone: entries of the list CODE that name it")
def show(code: str | None, find: str | None) -> None:
    """Show the lists, or the newest entries of one."""
    from kyc.lists.reading import read_entries, read_lists

    with acting() as context:
        if code is None:
            for one in read_lists(context):
                sizes = f"{one.in_force} in force, {one.proposed} proposed"
                click.echo(f"{one.known.code}  {one.known.effect}  {sizes}")
            return
        for entry in read_entries(context, code, find=find):
            until = f"until {entry.valid_until}" if entry.valid_until else "for good"
            click.echo(
                f"{entry.id}  {entry.kind}  {entry.state}  {entry.reason}  {until}  {entry.source}"
            )
