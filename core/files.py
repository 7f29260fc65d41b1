"""Files that people send: limits before decoding, and what a file that cannot be read is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.reasons import Reason

# FFmpeg tries hundreds of formats, some of which open other files and addresses (playlists): each
# decoder names the containers that it reads, and no protocol is opened at all.
NO_PROTOCOL: Final = {"protocol_whitelist": ""}


class UnreadableFile(Exception):
    """A file that cannot be read as what it was sent for; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PhotoLimits:
    """From the policy: bytes of a photo's file, and pixels of the picture in it."""

    max_bytes: int
    max_pixels: int
    min_side_px: int


@dataclass(frozen=True)
class VideoLimits:
    """From the policy: bytes of a video's file, seconds, and pixels of one picture."""

    max_bytes: int
    max_seconds: float
    max_pixels: int


@dataclass(frozen=True)
class SoundLimits:
    """From the policy: bytes of a recording's file, and seconds."""

    max_bytes: int
    max_seconds: float


def require_size(content: bytes, max_bytes: int) -> None:
    """Raises `UnreadableFile` for an empty or too large file: `file_empty`, `file_too_large`."""
    if not content:
        raise UnreadableFile(Reason.FILE_EMPTY)
    if len(content) > max_bytes:
        raise UnreadableFile(Reason.FILE_TOO_LARGE)
