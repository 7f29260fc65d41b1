"""Commands that run processes."""

from __future__ import annotations

import click

from app.cli.shared import read_settings


@click.command()
@click.option("--tls", is_flag=True, help="https for phones on this network, with a QR code")
def serve(tls: bool) -> None:
    """Run web, worker, lending and scorer processes until stopped."""
    from app.serve import base_url, for_phones
    from app.serve import serve as run

    settings = read_settings()
    if tls:
        import segno

        settings = for_phones(settings)
        segno.make(f"{base_url(settings)}/capture", error="m").terminal(compact=True)
    run(settings)


@click.command()
def worker() -> None:
    """Run one worker (started by `serve`)."""
    from app.jobs.worker import run_worker
    from app.model_store import ModelStoreError

    try:
        run_worker(read_settings())
    except ModelStoreError as error:
        raise click.ClickException(str(error)) from error


@click.command()
def analysts() -> None:
    """Run one machine's analyses, as a broker announces them (`KAIHU_BROKER_URL`)."""
    from app.jobs.celery_worker import run_analysts
    from app.model_store import ModelStoreError

    settings = read_settings()
    if not settings.broker_url:
        raise click.ClickException("set KAIHU_BROKER_URL: without a broker `serve` analyses")
    try:
        run_analysts(settings)
    except ModelStoreError as error:
        raise click.ClickException(str(error)) from error


@click.command()
def lending() -> None:
    """Run one lending process (started by `serve`)."""
    from app.jobs.lending import run_lending
    from app.scorer import ScorerUnset

    try:
        run_lending(read_settings())
    except ScorerUnset as error:
        raise click.ClickException(str(error)) from error
