"""Short Chinese texts as vectors by their characters: near each other where they mean alike. Pure.

A text is the set of its runs of one and two characters, weighed as in `classifier.py`; each run has
a vector, and the sum stands for the text. The vectors are fitted so that the sum is near what a
language model makes of the text, its strongest directions alone (L. Wang et al., "Multilingual E5
Text Embeddings", 2024): its knowledge of words, without the model.

`tools/fit_vectors.py` makes `fitted/vectors.npz`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from loans.profile.classifier import FOLDER, Floats, runs_of

FILE = FOLDER / "vectors.npz"
# Four bits a number, and what is beyond so many deviations is cut off: more would tell little more,
# and the file is part of every checkout.
LEVELS, DEVIATIONS = 7, 4.0


@dataclass(frozen=True)
class Vectors:
    """What was fitted: runs of characters, how rare each is, and its vector.

    `rarity` (runs,) and `scale` (`size`,) are float32, `directions` (runs, `size`) int8: times the
    scale they are the vectors.
    """

    runs: dict[str, int]
    rarity: Floats
    directions: npt.NDArray[np.int8]
    scale: Floats

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return int(self.directions.shape[1])

    def of(self, text: str) -> Floats:
        """The vector of a text, (`size`,) float32, of length one; zeros where no run is known."""
        at = np.array(
            sorted({self.runs[run] for run in runs_of(text) if run in self.runs}), np.intp
        )
        found = self.rarity[at] @ self.directions[at].astype(np.float32) * self.scale
        length = float(np.linalg.norm(found))
        return np.asarray(found / length if length else found, np.float32)


def packed(runs: dict[str, int], rarity: Floats, directions: Floats) -> Vectors:
    """Vectors of runs whose directions are float32, each with a scale of its own."""
    largest = np.minimum(np.abs(directions).max(axis=0), DEVIATIONS * directions.std(axis=0))
    scale = np.asarray(largest / LEVELS, np.float32)
    kept = np.clip(np.rint(directions / scale), -LEVELS, LEVELS).astype(np.int8)
    return Vectors(runs, rarity, kept, scale)


def arrays_of(vectors: Vectors) -> dict[str, npt.NDArray[Any]]:
    """What the file holds."""
    return {
        "runs": np.array(list(vectors.runs)),
        "rarity": vectors.rarity.astype(np.float16),
        "directions": vectors.directions,
        "scale": vectors.scale,
    }


@cache
def fitted_vectors() -> Vectors:
    """The vectors of `fitted/`. Raises FileNotFoundError."""
    with np.load(FILE, allow_pickle=False) as arrays:
        return Vectors(
            runs={run: number for number, run in enumerate(arrays["runs"].tolist())},
            rarity=arrays["rarity"].astype(np.float32),
            directions=arrays["directions"],
            scale=arrays["scale"],
        )
