"""Files that Chromium plays as a camera and a microphone, once a page asks for either."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from demo.actor import FRAMES_A_SECOND
from demo.speaker import as_wav
from kyc.face.picture import RGB
from voiceprint.audio import RATE

REST_S = 1.5
SWING = (0, 1, 2, 3, 4, 3, 2, 1)


def write_camera(path: Path, frames: Sequence[RGB]) -> None:
    """Pictures as a YUV4MPEG2 file, twelve a second."""
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{FRAMES_A_SECOND}:1 Ip A1:1 C420\n".encode())
        for frame in frames:
            file.write(b"FRAME\n")
            cut = np.ascontiguousarray(frame[:height, :width])
            file.write(cv2.cvtColor(cut, cv2.COLOR_RGB2YUV_I420).tobytes())


def write_microphone(path: Path, said: bytes = b"") -> float:
    """A WAV of quiet, what is said and quiet; returns its seconds."""
    quiet = np.random.default_rng(1).normal(0, 0.002, round(REST_S * RATE))
    parts = [quiet, *([_samples(said)] if said else []), quiet]
    samples = np.concatenate(parts)
    path.write_bytes(as_wav(samples))
    return len(samples) / RATE


def _samples(said: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    with wave.open(io.BytesIO(said)) as wav:
        return np.frombuffer(wav.readframes(wav.getnframes()), "<i2") / 32768


def with_rests(acted: Sequence[RGB], lead: int, tail: int) -> list[RGB]:
    """A performance between so many pictures of a face that moves a little.

    The last of them are there because Chromium plays a file again from its start.
    """
    before = [acted[SWING[place % len(SWING)]] for place in range(-lead, 0)]
    after = [acted[-1 - SWING[place % len(SWING)]] for place in range(1, tail + 1)]
    return [*before, *acted, *after]
