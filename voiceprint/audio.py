"""Anything a phone or a call centre sends -> 16 kHz mono, bounded in bytes and seconds."""

from __future__ import annotations

import io

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE = 16_000
MOST_BYTES = 10 * 1024 * 1024
MOST_SECONDS = 60
# FFmpeg tries hundreds of formats, some of which open other files and addresses (playlists).
CONTAINERS = {
    "format_whitelist": "mov,matroska,ogg,wav,mp3,aac,amr,amrnb,amrwb,flac,aiff,au,caf,mpegts",
    "protocol_whitelist": "",
}


class UnreadableSound(Exception):
    """The file cannot be listened to; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decode_sound(content: bytes) -> Samples:
    """Float32 samples, -1..1, at 16 kHz, without a constant offset.

    Raises `UnreadableSound`: `file_empty`, `file_too_large`, `not_a_recording`,
    `recording_too_long`.
    """
    if not content:
        raise UnreadableSound("file_empty")
    if len(content) > MOST_BYTES:
        raise UnreadableSound("file_too_large")
    try:
        with av.open(
            io.BytesIO(content), metadata_errors="ignore", options=CONTAINERS
        ) as container:
            if not container.streams.audio:
                raise UnreadableSound("not_a_recording")
            blocks = _resampled(container)
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableSound("not_a_recording") from error
    if not blocks:
        raise UnreadableSound("not_a_recording")
    samples = np.nan_to_num(np.concatenate(blocks), nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(samples - samples.mean(), np.float32)


def _resampled(container: av.container.InputContainer) -> list[Samples]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    blocks: list[Samples] = []
    count = 0
    for frame in container.decode(audio=0):
        for block in resampler.resample(frame):
            blocks.append(block.to_ndarray().reshape(-1))
            count += blocks[-1].size
        if count > MOST_SECONDS * RATE:
            raise UnreadableSound("recording_too_long")
    blocks += [block.to_ndarray().reshape(-1) for block in resampler.resample(None)]
    return blocks
