"""An export as the zip that its owner downloads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from app.zip_stream import Entry, zip_stream
from privacy.export import Export


def present_export(export: Export) -> Iterator[bytes]:
    """The bytes of the zip: records first, then files, each opened when its turn comes."""
    return zip_stream(_entries(export), export.made_at)


def _entries(export: Export) -> Iterator[Entry]:
    for name, content in export.documents():
        yield name, partial(_same, content)
    for file in export.files:
        yield file.name, file.open


def _same(content: bytes) -> bytes:
    return content
