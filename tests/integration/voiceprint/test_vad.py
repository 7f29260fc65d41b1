"""The speech detector beside silero VAD run chunk by chunk, each with the state after the last."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.inference import onnx_session
from demo.speaker import DigitSpeaker
from evaluation.recordings import LIMITS, sound
from voiceprint.audio import RATE, Samples, decode_recording
from voiceprint.vad import (
    CHUNK,
    CONTEXT,
    SILENCE,
    SPEECH_PROBABILITY,
    USUAL_RMS,
    SpeechDetector,
    loud_rms,
)

DIFFERENCE = 1e-4  # of probabilities: the numbers are summed in another order
RECORDINGS = 8
SECONDS = 3
MOMENTS = np.arange(SECONDS * RATE) / RATE
CHORD = sum(np.sin(2 * np.pi * hertz * MOMENTS) for hertz in (220, 277, 330)) * (1 - MOMENTS % 0.5)
NOISE = 0.1 * np.random.default_rng(7).standard_normal(SECONDS * RATE)
NOT_SPEECH = {
    "noise": NOISE,
    "silence": np.zeros(SECONDS * RATE),
    "music": 0.1 * CHORD,
    "a chunk and a sample": NOISE[: CHUNK + 1],
    "less than a chunk": NOISE[: CHUNK - 1],
}

ChunkByChunk = Callable[[Samples], npt.NDArray[np.float32]]


@pytest.fixture(scope="module")
def detector(models: Path) -> SpeechDetector:
    return SpeechDetector(models)


@pytest.fixture(scope="module")
def chunk_by_chunk(models: Path) -> ChunkByChunk:
    """The network called for a chunk at a time, with what it remembers of the chunks before."""
    session: Any = onnx_session(models / "voice/silero_vad.onnx")

    def probabilities(samples: Samples) -> npt.NDArray[np.float32]:
        context, h, c = np.zeros(CONTEXT, np.float32), SILENCE, SILENCE
        found = []
        for start in range(0, len(samples), CHUNK):
            part = samples[start : start + CHUNK]
            chunk = np.concatenate([context, part, np.zeros(CHUNK - len(part), np.float32)])
            (probability,), h, c = session.run(None, {"input": chunk[None], "h": h, "c": c})
            found.append(probability)
            context = chunk[-CONTEXT:]
        return np.array(found, np.float32)

    return probabilities


def at_usual_level(samples: Samples) -> Samples:
    """As loud as a recording that the detector does not amplify."""
    return np.asarray(samples * (1.01 * USUAL_RMS / loud_rms(samples)), np.float32)


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_no_speech_has_the_probabilities_of_chunks_in_turn(
    detector: SpeechDetector, chunk_by_chunk: ChunkByChunk, name: str
) -> None:
    samples = NOT_SPEECH[name].astype(np.float32)
    expected, found = chunk_by_chunk(samples), detector.probabilities(samples)
    assert found.shape == expected.shape
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() < DIFFERENCE
    assert found.max() < SPEECH_PROBABILITY


def test_spoken_digits_have_the_probabilities_of_chunks_in_turn(
    detector: SpeechDetector, chunk_by_chunk: ChunkByChunk, models: Path
) -> None:
    said = DigitSpeaker(models / "demo/digits").say("0981726354", 1)
    samples = at_usual_level(decode_recording(said, LIMITS))
    expected, found = chunk_by_chunk(samples), detector.probabilities(samples)
    assert np.abs(found - expected).max() < DIFFERENCE
    assert found.min() < 0.1 < 0.9 < found.max()


def test_people_have_the_probabilities_of_chunks_in_turn(
    detector: SpeechDetector, chunk_by_chunk: ChunkByChunk, evaluation_data: Path
) -> None:
    folder = evaluation_data / "voice"
    rows = csv.DictReader((folder / "manifest.csv").read_text("utf-8").splitlines())
    paths = [row["path"] for row in rows if row["path"].startswith(("aishell3/", "librispeech/"))]
    for path in paths[:: len(paths) // RECORDINGS]:
        samples = at_usual_level(sound(folder / path))
        difference = np.abs(detector.probabilities(samples) - chunk_by_chunk(samples))
        assert difference.max() < DIFFERENCE, path


def test_an_empty_recording_has_no_chunks(detector: SpeechDetector) -> None:
    empty = np.zeros(0, np.float32)
    assert detector.probabilities(empty).shape == (0,)
    assert detector.voiced(empty).shape == (0,)
    assert detector.speech(empty).shape == (0,)
