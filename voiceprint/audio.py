"""A recording of any phone or call centre -> 16 kHz mono samples, bounded in bytes and seconds."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

import av
import numpy as np
import numpy.typing as npt

from core.files import (
    NO_PROTOCOL,
    SoundLimits,
    UnreadableFile,
    decoding,
    require_no_base64,
    require_size,
)
from core.reasons import Reason
from voiceprint.silk import decode_silk, is_silk

Samples = npt.NDArray[np.float32]  # (n,), -1..1, mono at `RATE`
SoundDecoder = Callable[[bytes, SoundLimits], Samples]  # raises as `decode_recording`

RATE: Final = 16_000  # samples a second
CANCELLED: Final = 0.5  # of the loudest channel's power: a mix with less has lost some of the voice
FFMPEG_OPTIONS: Final = {
    "format_whitelist": "mov,matroska,ogg,wav,mp3,aac,amr,amrnb,amrwb,flac,aiff,au,caf,mpegts",
    **NO_PROTOCOL,
}


def decode_recording(content: bytes, limits: SoundLimits) -> Samples:
    """The first audio stream of a file as float32 samples (n,), -1..1, at 16 kHz.

    A constant offset is removed; samples that are no numbers become 0.

    Raises `UnreadableFile`: `file_empty`, `file_too_large`, `file_is_base64`, `not_a_recording`,
    `recording_too_long`, `file_too_costly`.
    """
    require_size(content, limits.max_bytes)
    require_no_base64(content)
    with decoding(Reason.NOT_A_RECORDING):
        blocks = _decode_blocks(content, limits)
        if not sum(block.size for block in blocks):
            raise UnreadableFile(Reason.NOT_A_RECORDING)
        channels = np.nan_to_num(np.concatenate(blocks, axis=1), nan=0.0, posinf=0.0, neginf=0.0)
        return _mixed(channels - channels.mean(1, keepdims=True))


def _mixed(channels: npt.NDArray[np.float32]) -> Samples:
    """One channel of several (channels, n): their mean, or the loudest where they cancel out.

    Some phones with two microphones record them in antiphase; other recordings have a silent side.
    """
    mix, powers = channels.mean(0), (channels**2).mean(1)
    loudest = int(powers.argmax())
    heard = mix if (mix**2).mean() >= CANCELLED * powers[loudest] else channels[loudest]
    return np.asarray(heard, np.float32)


def _decode_blocks(content: bytes, limits: SoundLimits) -> list[npt.NDArray[np.float32]]:
    """Blocks (channels, n) at 16 kHz."""
    if is_silk(content):
        return [decode_silk(content, RATE, limits.max_seconds)[None]]
    with av.open(
        io.BytesIO(content), metadata_errors="ignore", options=FFMPEG_OPTIONS
    ) as container:
        if not container.streams.audio:
            raise UnreadableFile(Reason.NOT_A_RECORDING)
        return _resample(container, limits)


def _resample(
    container: av.container.InputContainer, limits: SoundLimits
) -> list[npt.NDArray[np.float32]]:
    resampler = av.AudioResampler(format="fltp", rate=RATE)
    blocks: list[npt.NDArray[np.float32]] = []
    count = 0
    for frame in container.decode(audio=0):
        _require_ordinary(frame, limits)
        for block in resampler.resample(frame):
            blocks.append(block.to_ndarray())
            count += blocks[-1].shape[1]
        if count > limits.max_seconds * RATE:
            raise UnreadableFile(Reason.RECORDING_TOO_LONG)
    blocks += [block.to_ndarray() for block in resampler.resample(None)]
    return blocks


def _require_ordinary(frame: av.AudioFrame, limits: SoundLimits) -> None:
    """No rate that no device records at: resampling one costs memory and time without end."""
    usual = limits.min_rate <= frame.sample_rate <= limits.max_rate
    if not usual or frame.layout.nb_channels > limits.max_channels:
        raise UnreadableFile(Reason.NOT_A_RECORDING)
