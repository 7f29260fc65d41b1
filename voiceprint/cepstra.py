"""Mel cepstra of one spoken word, and the distance between two by dynamic time warping."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples
from voiceprint.frames import decibels, frame_energies
from voiceprint.segmentation import Span

Cepstra = npt.NDArray[np.float32]  # (12, frames), ten milliseconds a frame

FFT, HOP, BANDS, COEFFICIENTS = 512, 160, 40, 13
WINDOW = np.hanning(FFT + 1)[:-1]  # Hann's, for which librosa would load scipy.signal
LOWEST_HZ, HIGHEST_HZ = 60, 4000  # what a telephone carries too
PREEMPHASIS = 0.97
TRIM_DB = 30.0  # below a word's loudest frame: silence at its ends
SILENCE = 1e-10  # mean square that digital silence counts as
POWER_FLOOR = 1e-8  # of a mel band


def cepstra(samples: Samples, span: Span) -> Cepstra:
    """Cepstra 1 to 12 of one spoken word of a recording, without the silence at its ends.

    The energy itself, cepstrum 0, is left out: how loud somebody reads does not depend on the
    word.
    """
    from librosa import feature, stft

    word = _preemphasised(_trimmed(samples[span.start : span.end]))
    power = _mel_bank() @ np.abs(stft(word, n_fft=FFT, hop_length=HOP, window=WINDOW)) ** 2
    found = feature.mfcc(S=decibels(power, POWER_FLOOR), n_mfcc=COEFFICIENTS)
    return np.asarray(found[1:], np.float32)


def warped_distance(a: Cepstra, b: Cepstra) -> float:
    """The cosine distance along the best alignment of two words, by their lengths; from 0.

    Dynamic time warping (Sakoe and Chiba, 1978).
    """
    from librosa.sequence import dtw

    cost = dtw(a, b, metric="cosine", backtrack=False)
    return float(cost[-1, -1] / (a.shape[1] + b.shape[1]))


@cache
def _mel_bank() -> npt.NDArray[np.float32]:
    """Kept: `librosa.feature.melspectrogram` makes it anew for each word, a third of its time."""
    from librosa.filters import mel

    bank = mel(sr=RATE, n_fft=FFT, n_mels=BANDS, fmin=LOWEST_HZ, fmax=HIGHEST_HZ)
    return np.asarray(bank, np.float32)


def _preemphasised(word: Samples) -> Samples:
    """High frequencies raised, as by `librosa.effects`, which loads sklearn (60 MB) with it."""
    before = np.concatenate([[2 * word[0] - word[1]], word[:-1]])
    return np.asarray(word - PREEMPHASIS * before, np.float32)


def _trimmed(word: Samples) -> Samples:
    if len(word) // HOP < 2:
        return word
    levels = decibels(frame_energies(word, HOP), SILENCE)
    loud = np.flatnonzero(levels > levels.max() - TRIM_DB)
    return word[loud[0] * HOP : (loud[-1] + 1) * HOP]
