"""What files are accepted as evidence: containers, codecs, and the limits of the policy.

Decoders enforce this; the table says it to those who write apps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.policy import Policy
from kyc.policy import UploadPolicy


class MediaKind(StrEnum):
    """How a piece of evidence is captured."""

    PHOTO = "photo"
    VIDEO = "video"
    RECORDING = "recording"


@dataclass(frozen=True)
class MediaFormats:
    """Containers that are opened, and codecs that phones and browsers record with and are read."""

    containers: tuple[str, ...]
    codecs: tuple[str, ...]


@dataclass(frozen=True)
class MediaLimits:
    """From the policy: bytes of a file, pixels of a picture, seconds; None where it has none."""

    max_bytes: int
    max_pixels: int | None = None
    min_side_px: int | None = None
    max_seconds: float | None = None


FORMATS: Mapping[MediaKind, MediaFormats] = {
    MediaKind.PHOTO: MediaFormats(("JPEG", "PNG", "WebP", "HEIC", "PDF (first page)"), ()),
    MediaKind.VIDEO: MediaFormats(
        ("MP4", "QuickTime", "3GP", "WebM", "Matroska", "AVI", "MPEG-TS", "MPEG-PS", "FLV"),
        ("H.264", "HEVC", "VP8", "VP9", "AV1", "MPEG-4 Part 2"),
    ),
    MediaKind.RECORDING: MediaFormats(
        (
            *("M4A", "MP4", "3GP", "WebM", "Matroska", "Ogg", "WAV", "MP3", "ADTS (AAC)"),
            *("AMR", "FLAC", "AIFF", "AU", "CAF", "MPEG-TS"),
        ),
        ("AAC", "Opus", "Vorbis", "AMR-NB", "AMR-WB", "MP3", "FLAC", "PCM", "A-law", "mu-law"),
    ),
}


def media_limits(policy: Policy, kind: MediaKind) -> MediaLimits:
    """The limits of a kind of file; no request may carry more than `uploads.max_bytes` either."""
    rules = policy.section(UploadPolicy)
    if kind is MediaKind.PHOTO:
        photo = rules.photo
        max_bytes = min(photo.max_bytes, rules.max_bytes)
        return MediaLimits(max_bytes, photo.max_pixels, photo.min_side_px)
    if kind is MediaKind.VIDEO:
        video = rules.video
        max_bytes = min(video.max_bytes, rules.max_bytes)
        return MediaLimits(max_bytes, video.max_pixels, max_seconds=video.max_seconds)
    recording = rules.recording
    return MediaLimits(min(recording.max_bytes, rules.max_bytes), max_seconds=recording.max_seconds)
