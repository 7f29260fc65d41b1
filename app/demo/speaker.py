"""Digits said by one recorded voice (the `captcha` package's), cut to the string asked for.

The package holds one take of each digit, so the second reading repeats the first takes: the
demo shows that the chain works, the evaluation measures how well.
"""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceprint.sound import RATE, decode_sound


class DigitSpeaker:
    def __init__(self, folder: Path) -> None:
        self._takes = {
            digit: decode_sound((folder / f"{digit}.wav").read_bytes()) for digit in "0123456789"
        }

    def say(self, digits: str, seed: int) -> bytes:
        """A WAV of the digits with pauses and the noise of a quiet room."""
        chance = np.random.default_rng(seed)
        parts = [np.zeros(RATE // 3)]
        for digit in digits:
            take = self._takes[digit]
            parts += [take / np.abs(take).max(), np.zeros(chance.integers(RATE // 5, RATE // 3))]
        samples = np.concatenate(parts) * 0.5
        samples += chance.normal(0, 0.002, samples.shape)
        return as_wav(samples)


def as_wav(samples: npt.NDArray[np.floating]) -> bytes:
    """Samples, -1..1 at 16 kHz mono, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes((samples * 32767).astype("<i2").tobytes())
    return file.getvalue()
