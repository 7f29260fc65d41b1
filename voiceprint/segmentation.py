"""Where in a recording somebody speaks: silero VAD, and words by the pauses between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples

CHUNK = 512  # samples that silero VAD judges at once
CONTEXT = 64  # samples of the chunk before that it wants to see
LEAST_RISE_DB = 6.0  # of sound over quiet
RISES = (0.15, 0.25, 0.35, 0.5)  # shares of the way from quiet to loud
SHORTEST = 3  # hundredths of a second: shorter is a click
SPEECH = 0.5  # probability from which a chunk is speech; silero's own default
USUAL_RMS = 0.07  # of loud frames, about -23 dB: what silero hears well
MOST_GAIN = 100.0  # further down lies the noise of the converter


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
        options.add_session_config_entry("session.use_env_allocators", "1")
        self._session: Any = onnxruntime.InferenceSession(
            str(models / "voice/silero_vad.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def probabilities(self, samples: Samples) -> npt.NDArray[np.float32]:
        """Probability of speech for each chunk of 32 ms, 0..1."""
        count = -(-len(samples) // CHUNK)
        padded = np.zeros(CONTEXT + count * CHUNK, np.float32)
        padded[CONTEXT : CONTEXT + len(samples)] = _raised(samples)
        state = np.zeros((2, 1, 128), np.float32)
        rate = np.array(RATE, np.int64)
        found = np.zeros(count, np.float32)
        for index in range(count):
            chunk = padded[index * CHUNK : (index + 1) * CHUNK + CONTEXT][None]
            feed = {"input": chunk, "state": state, "sr": rate}
            output, state = self._session.run(None, feed)
            found[index] = output[0, 0]
        return found

    def voiced(self, samples: Samples) -> npt.NDArray[np.bool_]:
        """For each sample whether somebody speaks in it."""
        return np.repeat(self.probabilities(samples) >= SPEECH, CHUNK)[: len(samples)]

    def speech(self, samples: Samples) -> Samples:
        """The samples in which somebody speaks, joined."""
        return samples[self.voiced(samples)]


def loud_rms(samples: Samples) -> float:
    """Root mean square of the louder 20 ms frames (95th percentile); 0 of an empty recording."""
    hop = RATE // 50
    count = len(samples) // hop
    if count == 0:
        return 0.0
    energy = (samples[: count * hop].reshape(count, hop) ** 2).mean(1)
    return float(np.sqrt(np.percentile(energy, 95)))


def _raised(samples: Samples) -> Samples:
    """A soft recording at the level at which speech is usually heard."""
    gain = USUAL_RMS / max(loud_rms(samples), USUAL_RMS / MOST_GAIN)
    return samples * np.float32(max(gain, 1.0))


def readings(samples: Samples, count: int) -> list[list[Span]]:
    """The ways to part a recording into `count` words, by several levels of sound; perhaps none."""
    ways = [words(samples, count, rise) for rise in RISES]
    whole = [way for way in ways if len(way) == count]
    return [way for n, way in enumerate(whole) if way not in whole[:n]]


def words(samples: Samples, count: int, rise: float) -> list[Span]:
    """The `count` stretches of sound that the longest pauses part; fewer where there are fewer.

    A word may hold silence of its own ("six", "eight"): the shortest silences are taken to be
    inside words until as many words are left as were asked for. Sound lies above the recording's
    own quiet by `rise` of the way to its loudest, so that neither a soft voice nor a steady noise
    moves it far.
    """
    hop = RATE // 100
    frames = len(samples) // hop
    if frames < 5:
        return []
    energy = (samples[: frames * hop].reshape(frames, hop) ** 2).mean(1)
    level = np.convolve(10 * np.log10(energy + 1e-9), np.ones(3) / 3, mode="same")
    quiet, loud = np.percentile(level, [10, 95])
    runs = _runs(level > quiet + max(LEAST_RISE_DB, rise * (loud - quiet)))
    runs = [(start, end) for start, end in runs if end - start >= SHORTEST]
    while len(runs) > count:
        pauses = [after[0] - before[1] for before, after in pairwise(runs)]
        at = int(np.argmin(pauses))
        runs[at : at + 2] = [(runs[at][0], runs[at + 1][1])]
    return [Span(start * hop, end * hop) for start, end in runs]


def _runs(active: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    return [(int(s), int(e)) for s, e in edges.reshape(-1, 2)]
