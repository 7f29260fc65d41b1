"""Do simple cues indicate synthetic or replayed speech? Areas under their curves."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
from sklearn.metrics import roc_auc_score

from evaluation.recordings import DEGRADATIONS, loudspeaker, sound
from evaluation.report import Figures
from voiceprint.audio import RATE, Samples
from voiceprint.vad import SpeechDetector

FRAME = 1024
MIN_SPEECH_S = 1.0


def cue_figures(folder: Path, models: Path) -> Figures:
    """For each cue the area for synthetic voices, for replays, and for calls taken as replays.

    0.5 says nothing; 0 and 1 part the two kinds. People are the Mandarin sets' speakers; replays
    are their own clips through a simulated loudspeaker and room, calls the same through AMR: a cue
    that takes calls for replays is of no use to a call centre.
    """
    people, synthetic = _mandarin_speech(folder, SpeechDetector(models))
    kinds = {
        "synthetic": synthetic,
        "replayed": [loudspeaker(samples) for samples in people],
        "called": [DEGRADATIONS["amr475"](samples) for samples in people],
    }
    figures: Figures = {"cues.people": len(people), "cues.synthetic": len(synthetic)}
    for name, cue in CUES.items():
        live = [cue(samples) for samples in people]
        for kind, clips in kinds.items():
            values = [cue(samples) for samples in clips]
            labels = [0] * len(live) + [1] * len(values)
            figures[f"cues.{name}.{kind}.auc"] = float(roc_auc_score(labels, live + values))
    return figures


def _mandarin_speech(folder: Path, detector: SpeechDetector) -> tuple[list[Samples], list[Samples]]:
    """The speech of people, and that of synthetic voices."""
    people: list[Samples] = []
    synthetic: list[Samples] = []
    with (folder / "manifest.csv").open() as file:
        for row in csv.DictReader(file):
            samples = detector.speech(sound(folder / row["path"]))
            if row["language"] == "zh" and len(samples) >= MIN_SPEECH_S * RATE:
                (synthetic if row["kind"] == "tts" else people).append(samples)
    return people, synthetic


def _share(samples: Samples, low: float, high: float) -> float:
    """Decibels of the power between two frequencies against all of it."""
    power = (np.abs(librosa.stft(samples, n_fft=FRAME)) ** 2).mean(1)
    at = librosa.fft_frequencies(sr=RATE, n_fft=FRAME)
    return float(10 * np.log10(power[(at >= low) & (at < high)].sum() / power.sum() + 1e-12))


def _jitter(samples: Samples) -> float:
    """Mean change of pitch from one frame to the next, relative, where the voice holds a tone."""
    pitch = librosa.yin(samples, fmin=70, fmax=400, sr=RATE)
    change = np.abs(np.diff(np.log(pitch)))
    return float(change[change < 0.1].mean())


def _floor(samples: Samples) -> float:
    """Decibels from the loudest to the quietest frames."""
    level = librosa.amplitude_to_db(librosa.feature.rms(y=samples)[0] + 1e-6)
    return float(np.percentile(level, 5) - np.percentile(level, 95))


def _decay(samples: Samples) -> float:
    """How fast sound fades at its fastest, in decibels a frame: rooms make it slow."""
    level = librosa.amplitude_to_db(librosa.feature.rms(y=samples, hop_length=160)[0] + 1e-6)
    return float(np.percentile(np.diff(level), 5))


def _flatness(samples: Samples) -> float:
    return float(np.median(librosa.feature.spectral_flatness(y=samples)))


CUES: dict[str, Callable[[Samples], float]] = {
    "low_end": lambda samples: _share(samples, 60, 200),
    "hum": lambda samples: _share(samples, 45, 55),
    "high_end": lambda samples: _share(samples, 6000, 8000),
    "pitch_jitter": _jitter,
    "noise_floor": _floor,
    "decay": _decay,
    "flatness": _flatness,
}
