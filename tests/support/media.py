"""Media stores for tests."""

from __future__ import annotations

from uuid import UUID

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
