"""Cosines of voices -> log-likelihood ratios (Brummer and du Preez, 2006)."""

from __future__ import annotations

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
        """The natural logarithm of how much likelier one voice is than two; of one or of many."""
        return self.slope * cosine + self.offset
