"""Energy of a recording in short frames: what loudness, pauses and reverberation are read from."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

Float = TypeVar("Float", np.float32, np.float64)

SMOOTHED_FRAMES = 3


def frame_energies(samples: npt.NDArray[Float], hop: int) -> npt.NDArray[Float]:
    """The mean square of each whole frame of `hop` samples, (len(samples) // hop,).

    Frames do not overlap; samples after the last whole frame are left out. The result has the
    dtype of `samples`.
    """
    count = len(samples) // hop
    frames = samples[: count * hop].reshape(count, hop)
    return np.asarray((frames**2).mean(1))


def decibels(energies: npt.NDArray[Float], floor: float) -> npt.NDArray[Float]:
    """Energies as levels in dB; `floor` is added to each, so that silence has a level too."""
    return np.asarray(10 * np.log10(energies + floor))


def smoothed(levels: npt.NDArray[Any], mode: Literal["valid", "same"]) -> npt.NDArray[np.float64]:
    """Levels averaged over three frames; `mode` says what the ends become, as numpy.convolve's."""
    kernel = np.ones(SMOOTHED_FRAMES) / SMOOTHED_FRAMES
    return np.asarray(np.convolve(levels, kernel, mode=mode))
