"""The command `kaihu bench`."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.shared import read_settings
from benchmarks.parts import BENCHMARKS
from evaluation.options import figures_options


@click.command()
@click.argument("part", type=click.Choice(list(BENCHMARKS)))
@figures_options
def bench(part: str, file: Path | None, keep: bool) -> None:
    """Speed, memory and load on this machine."""
    from evaluation.report import Output, finish

    settings = read_settings()
    finish(f"bench {part}", settings, BENCHMARKS[part](settings), Output(file, keep))
