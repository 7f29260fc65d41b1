"""Options that commands of the evaluation and of the benchmarks share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

DATA_VARIABLE, DATA_DEFAULT = "KAIHU_EVALUATION_DATA", "../shared/evaluation"

data_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=f"folder of the labelled sets; by default {DATA_VARIABLE}",
)


def figures_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add `--json FILE` (argument `file`) and `--keep` to a command that measures."""
    where = click.Path(path_type=Path)
    command = click.option("--json", "file", type=where, help="write the figures here")(command)
    return click.option("--keep", is_flag=True, help="make them the baseline")(command)


def evaluation_data(given: Path | None) -> Path:
    """The folder of the labelled sets: the option's, or the environment's.

    Raises `click.ClickException` where there is none.
    """
    folder = given or Path(os.environ.get(DATA_VARIABLE, DATA_DEFAULT))
    if not folder.is_dir():
        raise click.ClickException(f"no evaluation data at {folder}: use --data")
    return folder
