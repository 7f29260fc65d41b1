"""Voice activity detection: in which samples of a recording somebody speaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from core.inference import onnx_session
from voiceprint.audio import RATE, Samples
from voiceprint.frames import frame_energies

CHUNK = 512  # samples that silero VAD classifies at once
CONTEXT = 64  # samples of the chunk before, which the network needs too
SILENCE = np.zeros((1, 1, 128), np.float32)  # what the network remembers before a recording
SPEECH_PROBABILITY = 0.5  # from which a chunk is speech; silero's own default
LOUDNESS_HOP = RATE // 50
LOUD_PERCENTILE = 95
USUAL_RMS = 0.07  # of loud frames, about -23 dB: the level at which silero works well
MAX_GAIN = 100.0  # beyond, the noise of the converter would be amplified


class SpeechDetector:
    """silero VAD in ONNX, for whole recordings. One instance a process, one call at a time."""

    def __init__(self, models: Path) -> None:
        """Load `voice/silero_vad.onnx` of a folder of models."""
        self._session: Any = onnx_session(models / "voice/silero_vad.onnx", memory_patterns=False)

    def probabilities(self, samples: Samples) -> npt.NDArray[np.float32]:
        """Probability of speech, 0..1, for each chunk of 32 ms of 16 kHz samples."""
        if len(samples) == 0:
            return np.zeros(0, np.float32)
        count = -(-len(samples) // CHUNK)
        padded = np.zeros(CONTEXT + count * CHUNK, np.float32)
        padded[CONTEXT : CONTEXT + len(samples)] = _amplified(samples)
        chunks = sliding_window_view(padded, CONTEXT + CHUNK)[::CHUNK]
        inputs = {"input": chunks, "h": SILENCE, "c": SILENCE}
        (found,) = self._session.run(["speech_probs"], inputs)
        return np.asarray(found, np.float32)

    def voiced(self, samples: Samples) -> npt.NDArray[np.bool_]:
        """For each of the samples whether somebody speaks in it, (len(samples),)."""
        speaking = self.probabilities(samples) >= SPEECH_PROBABILITY
        return np.repeat(speaking, CHUNK)[: len(samples)]

    def speech(self, samples: Samples) -> Samples:
        """The samples in which somebody speaks, joined."""
        return samples[self.voiced(samples)]


def loud_rms(samples: Samples) -> float:
    """Root mean square of the louder 20 ms frames (95th percentile); 0 of an empty recording."""
    energies = frame_energies(samples, LOUDNESS_HOP)
    if len(energies) == 0:
        return 0.0
    return float(np.sqrt(np.percentile(energies, LOUD_PERCENTILE)))


def _amplified(samples: Samples) -> Samples:
    """A quiet recording at the level of a usual one; a loud one as it is."""
    gain = USUAL_RMS / max(loud_rms(samples), USUAL_RMS / MAX_GAIN)
    return samples * np.float32(max(gain, 1.0))
