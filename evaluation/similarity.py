"""How alike everyone is to everyone, by each of the three networks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kyc.face.embedding import FaceTemplate

Array = npt.NDArray[np.float64]


def similarities(templates: list[FaceTemplate]) -> Array:
    """(n, n, 3): both cosines and dlib's distance of everyone to everyone."""
    sface = np.stack([template.sface for template in templates])
    mobile = np.stack([template.mobile for template in templates])
    dlib = np.stack([template.dlib for template in templates])
    squares = (dlib**2).sum(1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * dlib @ dlib.T, 0))
    return np.stack([sface @ sface.T, mobile @ mobile.T, apart], axis=2)
