"""The command `kaihu demo`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.shared import read_settings


@click.command()
@click.option("--json", "report", type=click.Path(path_type=Path), help="write the figures here")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="keep the server's database, media and keys in this empty folder",
)
def demo(report: Path | None, keep: Path | None) -> None:
    """Let five people open an account at the real server."""
    from demo.run import run_demo
    from demo.server import ServerFailed

    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise click.ClickException(f"{keep} is not empty")
    try:
        as_expected = run_demo(read_settings(), keep, report)
    except ServerFailed as error:
        raise click.ClickException(str(error)) from error
    sys.exit(0 if as_expected else 1)
