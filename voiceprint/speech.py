"""Where in a recording somebody speaks: silero VAD, and words by the pauses between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceprint.sound import RATE, Samples

CHUNK = 512  # samples that silero VAD judges at once
CONTEXT = 64  # samples of the chunk before that it wants to see
SPEECH = 0.5  # probability from which a chunk is speech; silero's own default


@dataclass(frozen=True)
class Span:
    """A stretch of a recording in samples."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / RATE


class SpeechFinder:
    """silero VAD in ONNX. One instance a process."""

    def __init__(self, models: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(models / "voice/silero_vad.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def probabilities(self, samples: Samples) -> npt.NDArray[np.float32]:
        """Probability of speech for each chunk of 32 ms, 0..1."""
        count = -(-len(samples) // CHUNK)
        padded = np.zeros(CONTEXT + count * CHUNK, np.float32)
        padded[CONTEXT : CONTEXT + len(samples)] = samples
        state = np.zeros((2, 1, 128), np.float32)
        rate = np.array(RATE, np.int64)
        found = np.zeros(count, np.float32)
        for index in range(count):
            chunk = padded[index * CHUNK : (index + 1) * CHUNK + CONTEXT][None]
            feed = {"input": chunk, "state": state, "sr": rate}
            output, state = self._session.run(None, feed)
            found[index] = output[0, 0]
        return found

    def speech(self, samples: Samples) -> Samples:
        """The samples in which somebody speaks, joined."""
        voiced = np.repeat(self.probabilities(samples) >= SPEECH, CHUNK)[: len(samples)]
        return samples[voiced]


def words(samples: Samples, least_pause_s: float = 0.06, least_word_s: float = 0.09) -> list[Span]:
    """Stretches of sound between pauses.

    The level that separates them lies between the recording's own quiet and loud levels, so that
    neither a soft voice nor a steady noise moves it far.
    """
    hop = RATE // 100
    count = len(samples) // hop
    if count < 5:
        return []
    energy = (samples[: count * hop].reshape(count, hop) ** 2).mean(1)
    level = np.convolve(10 * np.log10(energy + 1e-9), np.ones(3) / 3, mode="same")
    quiet, loud = np.percentile(level, [10, 95])
    active = level > quiet + max(6.0, 0.35 * (loud - quiet))
    spans = _runs(active)
    joined: list[list[int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < least_pause_s * 100:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [Span(s * hop, e * hop) for s, e in joined if e - s >= least_word_s * 100]


def _runs(active: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    return [(int(s), int(e)) for s, e in edges.reshape(-1, 2)]
