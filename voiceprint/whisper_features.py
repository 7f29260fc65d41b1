"""What Whisper hears: log mel energies as it was trained on (Radford et al., 2022, section 2.2)."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples

FFT, HOP, BANDS = 400, 160, 80
WINDOW = np.hanning(FFT + 1)[:-1].astype(np.float32)
POWER_FLOOR = 1e-10  # of a band
DYNAMIC_RANGE = 8.0  # powers of ten below the loudest band of the recording


def log_mel(samples: Samples, padding_s: float) -> npt.NDArray[np.float32]:
    """Log mel energies (80, frames), ten milliseconds a frame, of 16 kHz samples and some silence.

    The same numbers as of openai/whisper's `log_mel_spectrogram`, which always pads to 30 s.
    """
    padded = np.pad(samples, (0, int(padding_s * RATE)))
    centred = np.pad(padded, FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(centred, FFT)[::HOP][: len(padded) // HOP]
    power = np.abs(np.fft.rfft(frames * WINDOW, axis=1)) ** 2
    energies = np.log10(np.maximum(_mel_bank() @ power.T, POWER_FLOOR))
    energies = np.maximum(energies, energies.max() - DYNAMIC_RANGE)
    return np.asarray(energies / 4 + 1, np.float32)


@cache
def _mel_bank() -> npt.NDArray[np.float32]:
    from librosa.filters import mel

    return np.asarray(mel(sr=RATE, n_fft=FFT, n_mels=BANDS), np.float32)
