"""Commands about decisions that were made."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from uuid import UUID

import click

from app.cli.shared import operator, read_settings

if TYPE_CHECKING:
    from storage.context import Context


@click.group()
def decision() -> None:
    """Decisions that were made."""


@decision.command("replay")
@click.argument("subject", type=click.UUID)
def replay_decision(subject: UUID) -> None:
    """Make a decision again from its record; exit 1 if it comes out otherwise.

    SUBJECT is an onboarding or an application for a loan.
    """
    from app.services import open_services
    from core.errors import NotFound

    with open_services(read_settings()).transaction(operator()) as context:
        try:
            same = _replay_onboarding(context, subject)
        except NotFound:
            same = _replay_application(context, subject)
    sys.exit(0 if same else 1)


def _replay_onboarding(context: Context, onboarding: UUID) -> bool:
    from kyc.decision.replay import replay

    made = replay(context, onboarding)
    click.echo(f"policy {made.policy_version}: {', '.join(made.reasons) or 'no reasons'}")
    click.echo(f"decided {made.decided}, again {made.again}")
    if made.fields_same is not None:
        click.echo("photos behind each field: " + ("the same" if made.fields_same else "others"))
    return made.same


def _replay_application(context: Context, application: UUID) -> bool:
    from core.errors import NotFound
    from loans.credit.replay import replay_application

    try:
        replays = replay_application(context, application)
    except NotFound as error:
        raise click.ClickException("no decision under that id, or not its policy") from error
    for one in replays:
        reasons = ", ".join(one.decided.reasons) or "no reasons"
        click.echo(f"policy {one.policy_version}: {reasons}")
        decided, again = one.decided.judgement, one.again.judgement
        click.echo(f"decided {decided}, again {again}, offers the same: {one.same}")
    return all(one.same for one in replays)
