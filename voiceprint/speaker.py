"""Who speaks: CAM++ embeddings over Kaldi-style log mel energies."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples

Embedding = npt.NDArray[np.float32]

FRAME, HOP, FFT, MELS = 400, 160, 512, 80
DITHER_DB = -30.0  # of the speech
LEAST_SAMPLES = FRAME + 20 * HOP


class SpeakerEmbedder:
    """CAM++ (Wang et al., Interspeech 2023). One instance a process."""

    def __init__(self, models: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.use_env_allocators", "1")
        self._session: Any = onnxruntime.InferenceSession(
            str(models / "voice/campplus.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, samples: Samples) -> Embedding:
        """The voice in 16 kHz samples as a vector (192,) of length 1.

        Raises `ValueError` below a quarter of a second.
        """
        if len(samples) < LEAST_SAMPLES:
            raise ValueError("too short to know a voice")
        features = log_mel(_dithered(samples))[None]
        vector = self._session.run(None, {"features": features})[0][0]
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _dithered(samples: Samples) -> Samples:
    """Speech with a little steady noise, the same each time.

    Telephone codecs leave bands empty, whose logarithms tell the codec instead of the voice; Kaldi
    dithers for the same reason. At -30 dB it halved the errors of AMR and cost nothing elsewhere.
    """
    level = float(np.sqrt((samples**2).mean())) * 10 ** (DITHER_DB / 20)
    noise = np.random.default_rng(0).standard_normal(len(samples), np.float32)
    return np.asarray(samples + level * noise, np.float32)


def log_mel(samples: Samples) -> npt.NDArray[np.float32]:
    """Kaldi's filter bank (frames, 80): povey window, 25/10 ms, less the mean of each band."""
    scaled = np.asarray(samples, np.float64) * 32768
    frames = np.lib.stride_tricks.sliding_window_view(scaled, FRAME)[::HOP]
    frames = frames - frames.mean(1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    window = np.hanning(FRAME) ** 0.85
    spectrum = np.abs(np.fft.rfft((frames - 0.97 * before) * window, FFT)) ** 2
    energies = np.log(np.maximum(spectrum @ _mel_bank().T, np.finfo(np.float32).eps))
    return np.asarray(energies - energies.mean(0), np.float32)


@cache
def _mel_bank() -> npt.NDArray[np.float64]:
    from librosa.filters import mel

    bank = mel(sr=RATE, n_fft=FFT, n_mels=MELS, fmin=20, htk=True, norm=None)
    return np.asarray(bank, np.float64)
