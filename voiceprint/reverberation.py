"""How long a room rings: words that run into each other cannot be told apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples

HOP = RATE // 100
CLEAR_DB = 18.0  # of a word over the recording's quiet, else its end is lost in it
SKIPPED_DB = 3.0  # at the top of a fall: the voice itself still ends
ABOVE_QUIET_DB = 6.0  # where a fall bends into the quiet
LEAST_FALL_DB = 10.0
LEAST_FRAMES = 3
RISE_DB = 0.5  # from one frame to the next that does not end a fall: echoes beat


def decay_s(samples: Samples) -> float | None:
    """Seconds in which sound falls by 60 dB after a word; None where no word ends clearly.

    The median over the recording's free decays, after Vieira (AES 116, 2004). A voice takes about
    0.3 s to fall by itself; what lies well above is the room.
    """
    if len(samples) < 2 * LEAST_FRAMES * HOP:
        return None
    level = _levels(samples)
    quiet = float(np.percentile(level, 5))
    slopes = [
        slope
        for top, end in _falls(level)
        if level[top] > quiet + CLEAR_DB
        and (slope := _slope(level[top : end + 1], quiet)) is not None
    ]
    return float(np.median(slopes)) if slopes else None


def _levels(samples: Samples) -> npt.NDArray[np.float64]:
    """Level in dB every 10 ms, smoothed over three."""
    count = len(samples) // HOP
    energy = (samples[: count * HOP].reshape(count, HOP).astype(np.float64) ** 2).mean(1)
    return np.convolve(10 * np.log10(energy + 1e-10), np.ones(3) / 3, mode="valid")


def _falls(level: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """First and last frame of each stretch in which the level falls."""
    falling = np.concatenate([[0], (np.diff(level) <= RISE_DB).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(falling))
    return [(int(top), int(end)) for top, end in edges.reshape(-1, 2)]


def _slope(fall: npt.NDArray[np.float64], quiet: float) -> float | None:
    """Seconds for 60 dB by the line through a fall's middle, None where too little is left."""
    bottom = max(quiet + ABOVE_QUIET_DB, float(fall[-1]) + 2)
    middle = np.flatnonzero((fall <= fall[0] - SKIPPED_DB) & (fall >= bottom))
    if len(middle) < LEAST_FRAMES or fall[middle[0]] - fall[middle[-1]] < LEAST_FALL_DB:
        return None
    return float(-60 / np.polyfit(middle / 100, fall[middle], 1)[0])
