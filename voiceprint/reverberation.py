"""Reverberation of the room: where it is long, words run into each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples
from voiceprint.frames import decibels, frame_energies, smoothed

Levels = npt.NDArray[np.float64]  # (frames,), dB

FRAMES_A_SECOND = 100
HOP = RATE // FRAMES_A_SECOND
SILENCE = 1e-10  # mean square that digital silence counts as
QUIET_PERCENTILE = 5
CLEAR_DB = 18.0  # of a word over the recording's quiet; below it the word's end is lost in it
SKIPPED_DB = 3.0  # at the top of a decay: the voice itself still ends
ABOVE_QUIET_DB = 6.0  # where a decay bends into the quiet
ABOVE_END_DB = 2.0  # likewise, above the decay's last frame
MIN_FALL_DB = 10.0
MIN_FRAMES = 3
RISE_DB = 0.5  # from one frame to the next that does not end a decay: echoes beat


def rt60_s(samples: Samples) -> float | None:
    """Reverberation time RT60 in seconds, or None where no word ends clearly.

    RT60 (ISO 3382-2) is the time in which sound falls by 60 dB. It is estimated as the median
    over the recording's free decays, after Vieira (AES 116, 2004). A voice takes about 0.3 s to
    fall by itself; what lies well above is the room. `samples` are 16 kHz mono.
    """
    if len(samples) < 2 * MIN_FRAMES * HOP:
        return None
    levels = _levels(samples)
    quiet = float(np.percentile(levels, QUIET_PERCENTILE))
    clear = [
        levels[top : end + 1] for top, end in _decays(levels) if levels[top] > quiet + CLEAR_DB
    ]
    times = [time for decay in clear if (time := _seconds_for_60_db(decay, quiet)) is not None]
    return float(np.median(times)) if times else None


def _levels(samples: Samples) -> Levels:
    """Level in dB every 10 ms, smoothed over three."""
    energies = frame_energies(samples.astype(np.float64), HOP)
    return smoothed(decibels(energies, SILENCE), "valid")


def _decays(levels: Levels) -> list[tuple[int, int]]:
    """First and last frame of each stretch in which the level falls."""
    falling = np.concatenate([[0], (np.diff(levels) <= RISE_DB).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(falling))
    return [(int(top), int(end)) for top, end in edges.reshape(-1, 2)]


def _seconds_for_60_db(decay: Levels, quiet: float) -> float | None:
    """RT60 by the line through a decay's middle, None where too little of it is left."""
    bottom = max(quiet + ABOVE_QUIET_DB, float(decay[-1]) + ABOVE_END_DB)
    middle = np.flatnonzero((decay <= decay[0] - SKIPPED_DB) & (decay >= bottom))
    if len(middle) < MIN_FRAMES or decay[middle[0]] - decay[middle[-1]] < MIN_FALL_DB:
        return None
    return float(-60 / np.polyfit(middle / FRAMES_A_SECOND, decay[middle], 1)[0])
