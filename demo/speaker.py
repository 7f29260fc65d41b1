"""Digits said by one recorded voice (the `captcha` package's), cut to the string asked for.

The package holds one take of each digit, and a reading that repeats it is a copied recording.
Nobody says a digit twice alike, so each is said more or less slowly in turn: the demo shows that
the chain works, it is no proof of that check; the evaluation measures how well.
"""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.files import SoundLimits
from voiceprint.audio import RATE, Samples, decode_recording

PACES = (0.86, 0.93, 1.0)
# Of one recorded digit.
LIMITS = SoundLimits(1_000_000, 10.0, min_rate=8_000, max_rate=48_000, max_channels=2)


class DigitSpeaker:
    """One voice, from a folder of a WAV file a digit."""

    def __init__(self, folder: Path) -> None:
        self._takes = {
            digit: decode_recording((folder / f"{digit}.wav").read_bytes(), LIMITS)
            for digit in "0123456789"
        }

    def say(self, digits: str, seed: int, *, alike: bool = False) -> bytes:
        """A WAV of the digits with pauses and the noise of a quiet room; `alike` repeats takes."""
        chance = np.random.default_rng(seed)
        parts = [np.zeros(RATE // 3)]
        for place, digit in enumerate(digits):
            turn = 0 if alike else seed + digits.count(digit, 0, place)
            take = _at_pace(self._takes[digit], PACES[turn % len(PACES)])
            parts += [take / np.abs(take).max(), np.zeros(chance.integers(RATE // 5, RATE // 3))]
        samples = np.concatenate(parts) * 0.5
        samples += chance.normal(0, 0.002, samples.shape)
        return as_wav(samples)


def _at_pace(take: Samples, pace: float) -> Samples:
    moments = np.arange(0, len(take) - 1, pace)
    return np.asarray(np.interp(moments, np.arange(len(take)), take), np.float32)


def as_wav(samples: npt.NDArray[np.floating]) -> bytes:
    """Samples, -1..1 at 16 kHz mono, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes((samples * 32767).astype("<i2").tobytes())
    return file.getvalue()
