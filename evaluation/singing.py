"""Speech sung on one note: the shapes of its sounds (linear prediction) over a steady pitch."""

from __future__ import annotations

import numpy as np
from librosa import lpc
from scipy.signal import lfilter

from voiceprint.audio import RATE, Samples

FRAME, HOP = 512, 256
ORDER = 18  # of the prediction, at 16 kHz (Markel and Gray, 1976)
BROADER = 0.985  # bands of a resonance, so that none rings on beyond its frame
VIBRATO_HZ, VIBRATO_DEPTH = 5.5, 0.015
SLOWER = 1.4  # than it was said
QUIET = 1e-6  # added to each frame, which may be silent


def sung(speech: Samples, pitch_hz: float) -> Samples:
    """Speech at a pitch, drawn out; float32 at 16 kHz, as loud as the speech."""
    count = int(len(speech) * SLOWER) // HOP - 1
    times = np.arange(count * HOP + FRAME) / RATE
    bend = VIBRATO_DEPTH * np.sin(2 * np.pi * VIBRATO_HZ * times) / VIBRATO_HZ
    pulses = np.diff(np.floor(pitch_hz * (times + bend / (2 * np.pi))), prepend=0.0)
    window, song = np.hanning(FRAME), np.zeros(len(times))
    for number in range(count):
        at = min(int(number * HOP / SLOWER), len(speech) - FRAME)
        frame = speech[at : at + FRAME] * window + QUIET * (np.arange(FRAME) % 2)
        here = slice(number * HOP, number * HOP + FRAME)
        shape = lpc(frame, order=ORDER) * BROADER ** np.arange(ORDER + 1)
        voiced = lfilter([1.0], shape, pulses[here])
        level = np.sqrt((frame**2).sum() / max((voiced**2).sum(), QUIET))
        song[here] += voiced * level * window
    return np.asarray(song, np.float32)
