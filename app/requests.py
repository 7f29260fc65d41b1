"""The request as this application reads it."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request


class MemoryRequest(Request):
    """A request whose files stay in memory: Werkzeug would write those over 500 kB to /tmp.

    What is sent here are faces and identity cards; they reach a disk sealed, or not at all.
    `MAX_CONTENT_LENGTH` bounds what one request holds.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 (Werkzeug's own signature)
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        """Where the bytes of one file of a form go."""
        return BytesIO()
