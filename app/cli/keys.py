"""Commands about keys."""

from __future__ import annotations

import click

from app.cli.shared import read_settings
from storage.keys.names import Root

INDEX_STAYS = (
    "blind indexes are not rotated: values that were never kept in the clear (devices, lists, "
    "files) could not be found again. docs/operations.md says what to do after a leak"
)


@click.group()
def keys() -> None:
    """Root keys and data keys."""


@keys.command("list")
def list_keys() -> None:
    """Show versions of roots, the newest last, and how many data keys name them."""
    from app.key_report import report
    from app.services import open_services

    for line in report(open_services(read_settings())):
        click.echo(line)


@keys.command("scorer")
def scorer_key() -> None:
    """Show the public key by which a risk scorer knows this installation, in base64."""
    from app.keys import open_keyring
    from app.scorer import own_public_key

    click.echo(own_public_key(open_keyring(read_settings())))


@keys.command("records")
def records_key() -> None:
    """Show the public key by which a service of records knows this installation, in base64."""
    from app.keys import open_keyring
    from app.records import own_public_key

    click.echo(own_public_key(open_keyring(read_settings())))


@keys.command("court")
def court_key() -> None:
    """Show the public key by which the courts' list knows this installation, in base64."""
    from app.court_list import own_public_key
    from app.keys import open_keyring

    click.echo(own_public_key(open_keyring(read_settings())))


@keys.command("migrate")
def migrate_keys() -> None:
    """Seal what 0.1.0 sealed under keys of today (the worker does the same, slowly)."""
    from app.jobs.resealing import reseal_all
    from app.services import open_services

    click.echo(f"{reseal_all(open_services(read_settings()))} people had an old key")


@keys.command("rotate")
@click.option("--root", type=click.Choice([str(root) for root in Root]), required=True)
@click.option("--finish", is_flag=True, help="make no new version: only go over to the newest")
def rotate(root: str, *, finish: bool) -> None:
    """Replace a root key while everything serves; may be interrupted and run again."""
    from app.cli.shared import operator
    from app.jobs import key_rotation
    from app.services import open_services
    from audit.actions import Action
    from audit.writer import record
    from storage.keys.roots import RootFixed, RootKeyUnusable

    if root == Root.INDEX:
        raise click.ClickException(INDEX_STAYS)
    services = open_services(read_settings())
    if finish and root != Root.DATA:
        raise click.ClickException("--finish is for the data root")
    rotations = {
        Root.DATA: key_rotation.rotate_data,
        Root.TOKENS: key_rotation.rotate_tokens,
        Root.LOG: key_rotation.rotate_log,
    }
    try:
        if finish:
            key_rotation.finish_data(services.parts.keyring, click.echo)
        else:
            rotations[Root(root)](services, click.echo)
        with services.transaction(operator()) as context:
            record(context, Action.KEY_ROTATED, root, root=root)
    except (key_rotation.RotationIncomplete, RootFixed, RootKeyUnusable) as error:
        raise click.ClickException(str(error)) from error
