"""Media stores for tests."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from app.services import Services
from storage.media import MediaMissing, MediaStore


class MemoryMedia(MediaStore):
    """Sealed files in memory."""

    def __init__(self) -> None:
        self.files: dict[UUID, bytes] = {}

    def put(self, media_id: UUID, sealed: bytes) -> None:
        """Keep a file."""
        self.files[media_id] = sealed

    def get(self, media_id: UUID) -> bytes:
        """Raises `MediaMissing`."""
        try:
            return self.files[media_id]
        except KeyError as error:
            raise MediaMissing(str(media_id)) from error

    def delete(self, media_id: UUID) -> None:
        """Forget a file, if there is one."""
        self.files.pop(media_id, None)


def media_files(services: Services) -> list[Path]:
    """Every file of the folder of media."""
    folder = services.settings.var / "media"
    return [file for file in folder.rglob("*") if file.is_file()]
