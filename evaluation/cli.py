"""The commands that measure on labelled data: `evaluate`, `calibrate`, and what shows their work.

The libraries of a part are imported when it runs, so that `kaihu --help` stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.shared import read_settings
from evaluation.options import data_option, evaluation_data, figures_options
from evaluation.parts import CALIBRATIONS, EVALUATIONS, Run

if TYPE_CHECKING:
    from app.settings import Settings


@click.command()
@click.argument("part", type=click.Choice(list(EVALUATIONS)))
@data_option
@click.option("--curves", "drawing", type=click.Path(path_type=Path), help="draw DET curves here")
@figures_options
def evaluate(
    part: str, data: Path | None, drawing: Path | None, file: Path | None, keep: bool
) -> None:
    """Error rates on labelled data."""
    from evaluation.report import Output, finish

    settings = read_settings()
    run = _run(data, settings)
    figures = EVALUATIONS[part](run)
    if drawing is not None:
        drawing.write_text(run.curves.svg(part, "falsely accepted", "falsely rejected"), "utf-8")
    finish(f"evaluate {part}", settings, figures, Output(file, keep), run.data)


@click.command()
@click.argument("part", type=click.Choice(list(CALIBRATIONS)))
@data_option
@figures_options
def calibrate(part: str, data: Path | None, file: Path | None, keep: bool) -> None:
    """Fit what the policy holds, and show what it reached on people it was not fitted on."""
    from evaluation.report import Output, finish

    settings = read_settings()
    run = _run(data, settings)
    figures = CALIBRATIONS[part](run)
    finish(f"calibrate {part}", settings, figures, Output(file, keep), run.data)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
def gallery(file: Path, data: Path | None) -> None:
    """Show each reading of the documents over its photo, worst first."""
    from evaluation.gallery import write_gallery

    run = _run(data, read_settings())
    shown = write_gallery(run.data, run.models, run.policy, file)
    click.echo(f"{shown} photos in {file}")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@data_option
@click.option("--seed", default=1, show_default=True)
@click.option("--screen", is_flag=True, help="show each sheet on a screen first")
def photograph_again(out: Path, data: Path | None, seed: int, screen: bool) -> None:
    """Make another set of documents out of the sheets of one that is there."""
    from evaluation.rephotograph import photograph_again as photograph
    from kyc.policy import UploadPolicy

    run = _run(data, read_settings())
    limits = run.policy.section(UploadPolicy).photo
    click.echo(f"{photograph(run.data, out, seed, limits, screen=screen)} photos in {out}")


@click.command()
def figures() -> None:
    """Print docs/figures.md."""
    from evaluation.figures_page import figures_page

    click.echo(figures_page(), nl=False)


def _run(data: Path | None, settings: Settings) -> Run:
    from app.policy import load
    from evaluation.curves import Curves

    return Run(evaluation_data(data), settings.models, load(settings.policy), Curves())
