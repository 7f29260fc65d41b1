"""Documents that are made from the code."""

from __future__ import annotations

from itertools import groupby

import click

from app.settings import Settings

DATA_MODEL_HEAD = """# Data model

Made by `kaihu data-model`; do not edit. Tables by dependency; of each column the class of data that
it holds (`core/data_classes.py`), of each table how long its rows are kept ([privacy](privacy.md)).

## Sealed files

Outside the database, in the media store (`var/media/`, or S3), each sealed with the owner's data
key of its purpose under the id of its row:

| file | row | kept |
|---|---|---|
| photo of a document | `evidence` | as a customer's records; of others half a year at most |
| face video | `evidence` | `face_video_days`, or until the consent is withdrawn |
| voice clip | `evidence` | until the consent is withdrawn, or the account ends |
| recording of a call | `calls` | `call_recording_days`, or until the consent is withdrawn |
| chunk of an upload that is not whole | `uploads` | until it is whole, cancelled or expired |
"""


@click.command("settings")
def settings_table() -> None:
    """Print docs/settings.md."""
    click.echo(Settings.table(), nl=False)


@click.command("data-model")
def data_model() -> None:
    """Print docs/data-model.md."""
    click.echo(data_model_page(), nl=False)


def data_model_page() -> str:
    """Every table with its columns, as Markdown."""
    from app.tables import METADATA
    from privacy.holdings import holdings

    parts = [DATA_MODEL_HEAD]
    for table, columns in groupby(holdings(METADATA), key=lambda held: held.table):
        rows = list(columns)
        parts += [f"\n## {table}\n", f"Kept: {rows[0].retention}.\n"]
        parts += ["| column | type | holds |", "|---|---|---|"]
        parts += [f"| {held.column} | {held.sql_type} | {held.data} |" for held in rows]
    return "\n".join(parts) + "\n"
