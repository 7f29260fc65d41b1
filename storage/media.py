"""Sealed files: a photo, a video, a recording; written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session


class MediaStore:
    """Files by id below one folder. What it is given is already sealed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, media_id: UUID, sealed: bytes) -> None:
        path = self._path(media_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def put_with(self, session: Session, media_id: UUID, sealed: bytes) -> None:
        """`put`, undone when the session's transaction is."""
        self.put(media_id, sealed)
        event.listen(session, "after_rollback", lambda _: self.delete(media_id), once=True)

    def get(self, media_id: UUID) -> bytes:
        return self._path(media_id).read_bytes()

    def delete(self, media_id: UUID) -> None:
        self._path(media_id).unlink(missing_ok=True)

    def _path(self, media_id: UUID) -> Path:
        name = media_id.hex
        return self.root / name[-2:] / name
