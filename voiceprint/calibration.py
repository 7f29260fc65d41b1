"""Cosines of voices -> log-likelihood ratios (Brummer and du Preez, 2006)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Cosine = TypeVar("Cosine", float, npt.NDArray[np.floating])


@dataclass(frozen=True)
class Calibration:
    """Logistic regression over the cosine of two voices; from the policy.

    One line for every length of speech: lines of their own, or one that bends with the length,
    were worse on lengths they were not fitted on (`kaihu calibrate voice`).
    """

    slope: float
    offset: float

    def llr(self, cosine: Cosine) -> Cosine:
        """The natural log-likelihood ratio of one voice against two, of one cosine or of many."""
        return self.slope * cosine + self.offset


def threshold_at(thresholds: Mapping[str, float], seconds: float) -> float:
    """The threshold for so many seconds of speech; `thresholds` are by seconds, as text.

    That of the longest length which was spoken; that of the shortest length where all are longer.
    """
    spoken = [float(length) for length in thresholds if float(length) <= seconds]
    longest = max(spoken) if spoken else min(map(float, thresholds))
    return next(value for length, value in thresholds.items() if float(length) == longest)
