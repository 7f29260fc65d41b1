"""How alike everyone is to everyone, by each of the three networks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kyc.face.embedding import FaceTemplate, Vector

Array = npt.NDArray[np.float64]


def similarities(templates: list[FaceTemplate]) -> Array:
    """(n, n, 3): both cosines and dlib's distance of everyone to everyone.

    Raises ValueError for templates that lack dlib's embedding.
    """
    sface = np.stack([template.sface for template in templates])
    mobile = np.stack([template.mobile for template in templates])
    dlib = np.stack([_second(template) for template in templates])
    squares = (dlib**2).sum(1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * dlib @ dlib.T, 0))
    return np.stack([sface @ sface.T, mobile @ mobile.T, apart], axis=2)


def _second(template: FaceTemplate) -> Vector:
    if template.dlib is None:
        raise ValueError("a template without a second opinion")
    return template.dlib
