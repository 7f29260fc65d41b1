"""Files that people send: limits before decoding, and what a file that cannot be read is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from core.reasons import Reason

# FFmpeg tries hundreds of formats, some of which open other files and addresses (playlists): each
# decoder names the containers that it reads, and no protocol is opened at all.
NO_PROTOCOL: Final = {"protocol_whitelist": ""}

DATA_ADDRESS: Final = b"data:"  # RFC 2397: `data:audio/webm;base64,` and the text
MAX_HEAD: Final = 256  # bytes of such an address before its comma
MIN_BASE64: Final = 64  # characters: fewer are no file
BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\r\n"


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
    """From the policy: bytes of a video's file, seconds, pixels of one picture, and pictures."""

    max_bytes: int
    max_seconds: float
    max_pixels: int
    max_pictures: int


@dataclass(frozen=True)
class SoundLimits:
    """From the policy: bytes of a recording's file, seconds, samples a second, and channels."""

    max_bytes: int
    max_seconds: float
    min_rate: int
    max_rate: int
    max_channels: int


@contextmanager
def decoding(otherwise: Reason) -> Iterator[None]:
    """Around decoders: whatever they raise says that the file is at fault, with a reason.

    Libraries raise anything for a damaged file, also what they document nowhere. Raises
    `UnreadableFile`: its own reason where it was raised as that, `file_too_costly` where there
    was not enough memory, else `otherwise`.
    """
    try:
        yield
    except UnreadableFile:
        raise
    except MemoryError as error:
        raise UnreadableFile(Reason.FILE_TOO_COSTLY) from error
    except Exception as error:
        raise UnreadableFile(otherwise) from error


def require_size(content: bytes, max_bytes: int) -> None:
    """Raises `UnreadableFile` for an empty or too large file: `file_empty`, `file_too_large`."""
    if not content:
        raise UnreadableFile(Reason.FILE_EMPTY)
    if len(content) > max_bytes:
        raise UnreadableFile(Reason.FILE_TOO_LARGE)


def require_no_base64(content: bytes) -> None:
    """Raises `UnreadableFile` (`file_is_base64`) for a file sent as Base64 text (RFC 4648).

    Mini programs get files as such text from their platform, and some send it as it is. No format
    that is read here consists of these characters alone.
    """
    text = content
    if content.startswith(DATA_ADDRESS):
        text = content[content.find(b",", 0, MAX_HEAD) + 1 :]
    looks_so = len(text) >= MIN_BASE64 and not text[:MAX_HEAD].translate(None, BASE64)
    if looks_so and not text.translate(None, BASE64):
        raise UnreadableFile(Reason.FILE_IS_BASE64)
