"""One face against many: exact search over all templates.

It knows keys and vectors, not people. Exact search of 100,000 faces takes tens of milliseconds;
for more faces an approximate index can implement the same protocol.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from kyc.face.embedding import FaceTemplate, FusionWeights

Key = TypeVar("Key", bound=Hashable)


class FaceSearch(Protocol[Key]):
    """Templates by key, searched by similarity."""

    def __contains__(self, key: object) -> bool:
        """Whether a template is stored under a key."""

    def add(self, key: Key, template: FaceTemplate) -> None:
        """Store a template under its key; the template of a key that is known stays as it is."""

    def remove(self, key: Key) -> None:
        """Forget the template of a key, if there is one; nothing of it stays in the index."""

    def nearest(self, template: FaceTemplate, min_llr: float) -> Sequence[tuple[Key, float]]:
        """Keys and natural log-likelihood ratios of `min_llr` or more, the highest first."""


class ExactSearch(Generic[Key]):
    """Every template in one matrix of float32, 1.3 KB a face."""

    def __init__(self, weights: FusionWeights) -> None:
        """Start empty; `weights` fuse the two embeddings as `compare` does."""
        self._weights = weights
        self._indices: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._rows: npt.NDArray[np.float32] = np.empty((0, 0), np.float32)

    def __contains__(self, key: object) -> bool:
        """Whether a template is stored under a key."""
        return key in self._indices

    def add(self, key: Key, template: FaceTemplate) -> None:
        """Store a template under its key; the template of a key that is known stays as it is."""
        if key in self._indices:
            return
        row = self._weighted(template)
        if len(self._keys) == len(self._rows):
            # Zeros: memory that was freed may still hold a face that was removed.
            grown = np.zeros((max(64, 2 * len(self._rows)), len(row)), np.float32)
            grown[: len(self._keys)] = self._rows[: len(self._keys)].reshape(-1, len(row))
            self._rows[:] = 0.0  # no copy of a face is left to whoever gets this memory next
            self._rows = grown
        self._rows[len(self._keys)] = row
        self._indices[key] = len(self._keys)
        self._keys.append(key)

    def remove(self, key: Key) -> None:
        """Forget the template of a key, if there is one: its row is overwritten."""
        place = self._indices.pop(key, None)
        if place is None:
            return
        last = len(self._keys) - 1
        self._rows[place] = self._rows[last]
        self._rows[last] = 0.0
        moved = self._keys.pop()
        if moved != key:
            self._keys[place] = moved
            self._indices[moved] = place

    def nearest(self, template: FaceTemplate, min_llr: float) -> list[tuple[Key, float]]:
        """Keys and natural log-likelihood ratios of `min_llr` or more, the highest first."""
        if not self._keys:
            return []
        scores = self._rows[: len(self._keys)] @ self._weighted(template) + self._weights.offset
        found = np.flatnonzero(scores >= min_llr)
        return [(self._keys[i], float(scores[i])) for i in found[np.argsort(-scores[found])]]

    def _weighted(self, template: FaceTemplate) -> npt.NDArray[np.float32]:
        """Both embeddings scaled so that the product of two rows is their weighted similarity."""
        parts = (
            template.sface * np.sqrt(self._weights.sface),
            template.mobile * np.sqrt(self._weights.mobile),
        )
        return np.asarray(np.concatenate(parts), np.float32)
