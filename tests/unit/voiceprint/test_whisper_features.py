"""What Whisper hears, against an implementation of another origin."""

from __future__ import annotations

import librosa
import numpy as np

from voiceprint.audio import RATE
from voiceprint.whisper_features import log_mel


def test_energies_are_those_of_another_implementation() -> None:
    chance = np.random.default_rng(1)
    speech = chance.normal(0, 0.1, RATE).astype(np.float32) * np.hanning(RATE).astype(np.float32)
    power = librosa.feature.melspectrogram(
        y=speech, sr=RATE, n_fft=400, hop_length=160, n_mels=80, pad_mode="reflect"
    )
    energies = np.log10(np.maximum(power[:, :-1], 1e-10))
    expected = (np.maximum(energies, energies.max() - 8) + 4) / 4
    np.testing.assert_allclose(log_mel(speech, 0), expected, atol=2e-4)


def test_silence_is_added_at_the_end() -> None:
    speech = np.full(RATE, 0.1, np.float32)
    found = log_mel(speech, 0.5)
    assert found.shape == (80, 150)
    assert found.dtype == np.float32
    assert found[:, -20:].max() < found[:, :80].max()


def test_a_recording_of_nothing_is_even() -> None:
    assert np.ptp(log_mel(np.zeros(RATE, np.float32), 0)) == 0
