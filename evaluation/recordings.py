"""The set's speech, and what telephones and rooms do to it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import av
import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

from core.files import SoundLimits
from voiceprint.audio import RATE, Samples, decode_recording

Channel = Callable[[Samples], Samples]

LIMITS = SoundLimits(10 * 1024 * 1024, 60.0, min_rate=4_000, max_rate=192_000, max_channels=8)


def cut_of(folder: Path, path: str, start: str, seconds: str) -> Samples:
    """The stretch of a recording that a trial names."""
    first = int(float(start) * RATE)
    return sound(folder / path)[first : first + int(float(seconds) * RATE)]


@cache
def sound(path: Path) -> Samples:
    """A recording of the set, decoded once."""
    return decode_recording(path.read_bytes(), LIMITS)


def read_aloud(takes: Sequence[Samples], chance: np.random.Generator) -> Samples:
    """Takes one after the other with pauses of 80 to 250 ms, in a quiet room."""
    parts = [np.zeros(RATE // 3)]
    for take in takes:
        pause = np.zeros(int(chance.integers(8 * RATE // 100, 25 * RATE // 100)))
        parts += [take / np.abs(take).max() / 2, pause]
    samples = np.concatenate([*parts, np.zeros(RATE // 4)])
    return np.asarray(samples + chance.normal(0, 0.002, samples.shape), np.float32)


def untouched(samples: Samples) -> Samples:
    """As it was recorded."""
    return samples


def loudspeaker(samples: Samples) -> Samples:
    """Played by a small loudspeaker (200 to 6,000 Hz) in a room that decays within 0.2 s."""
    chance = np.random.default_rng(1)
    decay = np.arange(RATE // 5)
    echoes = 0.25 * chance.standard_normal(len(decay)) * np.exp(-decay / 600) * (decay > 40)
    heard = np.convolve(samples, np.concatenate([[1.0], echoes]))[: len(samples)]
    heard = sosfilt(butter(2, (200, 6000), "bandpass", fs=RATE, output="sos"), heard)
    heard = heard / np.abs(heard).max() / 2 + chance.normal(0, 0.003, heard.shape)
    return np.asarray(heard, np.float32)


def room(decay_s: float) -> Channel:
    """Spoken at arm's length in a room whose sound falls by 60 dB in `decay_s`.

    Direct sound is 3 dB above all echoes: gaussian noise under an exponential (Polack, 1988).
    """

    def through(samples: Samples) -> Samples:
        count = int(decay_s * RATE)
        tail = np.random.default_rng(1).standard_normal(count)
        tail *= 10 ** (-3 * np.arange(count) / count) * (np.arange(count) > RATE // 400)
        tail *= 10 ** (-3 / 20) / np.sqrt((tail**2).sum())
        heard = fftconvolve(samples, np.concatenate([[1.0], tail]))
        return np.asarray(heard * np.abs(samples).max() / np.abs(heard).max(), np.float32)

    return through


def soft(samples: Samples) -> Samples:
    """Spoken far from a dull microphone: 40 dB less."""
    return np.asarray(samples / 100, np.float32)


def _noise(samples: Samples) -> Samples:
    power = float((samples**2).mean()) / 10
    noise = np.random.default_rng(1).normal(0, np.sqrt(power), samples.shape)
    return (samples + noise).astype(np.float32)


def _coded(codec: str, container: str, rate: int, bits: int) -> Channel:
    def through(samples: Samples) -> Samples:
        file = io.BytesIO()
        with av.open(file, "w", format=container) as output:
            stream = output.add_stream(codec, rate=rate)
            stream.layout = "mono"
            if bits:
                stream.bit_rate = bits
            resampler = av.AudioResampler(stream.format, "mono", rate, stream.frame_size or 160)
            pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
            frame.sample_rate = RATE
            for part in [*resampler.resample(frame), *resampler.resample(None)]:
                output.mux(stream.encode(part))
            output.mux(stream.encode())
        return decode_recording(file.getvalue(), LIMITS)

    return through


DEGRADATIONS: dict[str, Channel] = {
    "amr475": _coded("libopencore_amrnb", "amr", 8000, 4750),
    "aac24": _coded("aac", "adts", 16000, 24000),
    "noise10db": _noise,
    "mulaw8k": _coded("pcm_mulaw", "wav", 8000, 0),
}
