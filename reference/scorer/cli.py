"""The commands `kaihu scorer …`: fit a card, check a scorer, see whether applications moved."""

from __future__ import annotations

import sys
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def scorer() -> None:
    """Risk scorers and their cards."""


@scorer.command("fit")
@click.option("--data", type=FILE, required=True, help="CSV of loans with their outcomes")
@click.option("--target", required=True, help="column: 1 for a loan that was not repaid, else 0")
@click.option("--leave-out", multiple=True, help="a column that is no input")
@click.option("--rising", multiple=True, help="a number whose points must not fall")
@click.option("--falling", multiple=True, help="a number whose points must not rise")
@click.option("--name", required=True, help="the card's name")
@click.option("--version", default="1", show_default=True)
@click.option(
    "--catalogue", default="1", show_default=True, help="version of the features' meaning"
)
@click.option("--source", required=True, help="where the data come from")
@click.option("--licence", required=True, help="by which they may be used")
@click.option("--period", required=True, help="when the loans were made")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="the card, a TOML file")
@click.option("--python", type=FILE, help="of the environment of fitting; else .venv-fit")
@click.option("--few", is_flag=True, help="few loans: equal bins, and one left out at a time")
def fit_card(
    data: Path,
    target: str,
    leave_out: tuple[str, ...],
    rising: tuple[str, ...],
    falling: tuple[str, ...],
    name: str,
    version: str,
    catalogue: str,
    source: str,
    licence: str,
    period: str,
    out: Path,
    python: Path | None,
    few: bool,
) -> None:
    """Fit a card on loans with outcomes, and write it with its model card (`.md`) beside it."""
    from reference.scorer.card import Data
    from reference.scorer.card_files import card_text, model_card
    from reference.scorer.fit import FIT_PYTHON, FOLDS, About, FitUnavailable, OptimalBinner, fit
    from reference.scorer.quantile_bins import QuantileBinner
    from reference.scorer.tables import TableInvalid, directed, read_table

    try:
        table, kinds = read_table(data, target, leave_out)
        inputs = directed(kinds, rising, falling)
        told = Data(
            source=source,
            licence=licence,
            period=period,
            rows=len(table.defaults),
            defaults=int(table.defaults.sum()),
        )
        about = About(name, version, catalogue, told)
        binner = QuantileBinner() if few else OptimalBinner(python or FIT_PYTHON)
        fitted = fit(table, inputs, about, binner, None if few else FOLDS)
    except (TableInvalid, FitUnavailable) as error:
        raise click.ClickException(str(error)) from error
    out.write_text(card_text(fitted.card), "utf-8")
    out.with_suffix(".md").write_text(model_card(fitted), "utf-8")
    click.echo(f"{out}: {fitted.card.figures}")


@scorer.command("verify")
@click.argument("url")
@click.option("--public-key", "text", required=True, help="the scorer's key, in base64")
@click.option(
    "--keys",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("var/scorer-verify"),
    show_default=True,
    help="folder of the key that asks; made at the first time",
)
def verify_scorer(url: str, text: str, folder: Path) -> None:
    """Check that a scorer keeps the contract; exits with 1 where it does not."""
    from reference.keys import open_own_key, public_key, public_text
    from reference.scorer import KEY_FILE
    from reference.scorer.asker import Asker
    from reference.scorer.verify import verify

    own = open_own_key(folder, KEY_FILE)
    click.echo(f"asks as {public_text(own.public_key())}")
    asker = Asker(url.rstrip("/"), own, public_key(text))
    broken = 0
    for finding in verify(asker):
        broken += bool(finding.breach)
        click.echo(f"{finding.check:<32} {finding.breach or 'kept'}")
    if broken:
        click.echo(f"{broken} checks found the contract broken", err=True)
        sys.exit(1)


@scorer.command("drift")
@click.option("--reference", type=FILE, required=True, help="CSV that the card was made for")
@click.option("--recent", type=FILE, required=True, help="CSV of the applications since")
@click.option("--card", "path", type=FILE, help="a card, whose points are compared too")
def show_drift(reference: Path, recent: Path, path: Path | None) -> None:
    """Show how far features and points moved (PSI); exits with 1 at an alarm."""
    from reference.scorer.card import CardInvalid, FeatureInvalid, read_card
    from reference.scorer.drift import Level, drifts
    from reference.scorer.tables import TableInvalid, read_columns

    try:
        card = None if path is None else read_card(path)
        found = drifts(read_columns(reference), read_columns(recent), card)
    except (TableInvalid, CardInvalid, FeatureInvalid) as error:
        raise click.ClickException(str(error)) from error
    for each in found:
        click.echo(f"{each.name:<32} {each.psi:.3f} {each.level}")
    if any(each.level is Level.ALARM for each in found):
        sys.exit(1)
