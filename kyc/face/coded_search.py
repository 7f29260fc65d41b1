"""One face against a million: short codes first, then the best of them compared exactly.

A code is the signs of a template under a random rotation: the share of bits in which two codes
differ grows with the angle between their templates (Charikar, "Similarity estimation techniques
from rounding algorithms", STOC 2002). Codes are compared by faiss, a few nearest are compared as
`compare` does. The rotation is drawn anew by each process and never leaves it: what the index holds
compares with no template of another process, file or house (ISO/IEC 24745, unlinkability).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import faiss
import numpy as np
import numpy.typing as npt

from kyc.face.embedding import MOBILE, SFACE, FaceTemplate, FusionWeights

Key = TypeVar("Key", bound=Hashable)
Rows = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]

DIMENSIONS = SFACE + MOBILE
BITS = 256  # of 320 signs: a multiple of the widths that faiss compares fastest
LEAST_ROOM = 64
# One search is one query: a second thread gains nothing, and where other processes are busy each
# block of codes waits for it.
faiss.omp_set_num_threads(1)


@dataclass(frozen=True)
class SearchRules:
    """From the policy: up to how many faces each is compared, and how many candidates beyond."""

    exact_up_to: int
    candidates: int


class CodedSearch(Generic[Key]):
    """Satisfies `FaceSearch`. 1.3 KB a face for its template, 32 bytes for its code.

    Up to `exact_up_to` faces every face is compared. Beyond, the `candidates` whose codes are
    nearest are; a face that is alike enough to be told is among them (`kaihu evaluate face`).
    """

    def __init__(
        self, weights: FusionWeights, rules: SearchRules, rotation: Rows | None = None
    ) -> None:
        """Start empty; `weights` fuse the two embeddings as `compare` does.

        `rotation` is an orthogonal matrix float32 (320, 320), drawn at random if none is given.
        """
        self._weights, self._rules = weights, rules
        self._given_rotation = rotation
        self._indices: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._rows: Rows = np.empty((0, DIMENSIONS), np.float32)
        self._codes: Codes = np.empty((0, BITS // 8), np.uint8)

    @cached_property
    def _rotation(self) -> Rows:
        """Drawn at the first face: most processes of a service, and its commands, hold none."""
        return drawn_rotation() if self._given_rotation is None else self._given_rotation

    def __contains__(self, key: object) -> bool:
        """Whether a template is stored under a key."""
        return key in self._indices

    def add(self, key: Key, template: FaceTemplate) -> None:
        """Store a template under its key; the template of a key that is known stays as it is."""
        if key in self._indices:
            return
        place = len(self._keys)
        if place == len(self._rows):
            room = max(LEAST_ROOM, 2 * place)
            self._rows = _moved(self._rows, room)
            self._codes = _moved(self._codes, room)
        row = self._rotated(template)
        self._rows[place], self._codes[place] = row, _code(row)
        self._indices[key] = place
        self._keys.append(key)

    def remove(self, key: Key) -> None:
        """Forget the template of a key, if there is one: its row and its code are overwritten."""
        place = self._indices.pop(key, None)
        if place is None:
            return
        last = len(self._keys) - 1
        for held in (self._rows, self._codes):
            held[place] = held[last]
            held[last] = 0
        moved = self._keys.pop()
        if moved != key:
            self._keys[place] = moved
            self._indices[moved] = place

    def nearest(self, template: FaceTemplate, min_llr: float) -> list[tuple[Key, float]]:
        """Keys and natural log-likelihood ratios of `min_llr` or more, the highest first."""
        if not self._keys:
            return []
        asked = self._rotated(template)
        places = self._candidates(asked)
        ratios = self._rows[places] @ asked + self._weights.offset
        found = np.flatnonzero(ratios >= min_llr)
        ordered = found[np.argsort(-ratios[found])]
        return [(self._keys[places[at]], float(ratios[at])) for at in ordered]

    def _candidates(self, asked: Rows) -> npt.NDArray[np.int64]:
        count = len(self._keys)
        if count <= self._rules.exact_up_to:
            return np.arange(count)
        wanted = min(self._rules.candidates, count)
        _, nearest = faiss.knn_hamming(_code(asked)[None], self._codes[:count], wanted)
        places: npt.NDArray[np.int64] = nearest[0]
        return places

    def _rotated(self, template: FaceTemplate) -> Rows:
        """Both embeddings, scaled so that the product of two rows is their weighted similarity."""
        parts = (
            template.sface * np.sqrt(self._weights.sface),
            template.mobile * np.sqrt(self._weights.mobile),
        )
        return np.asarray(np.concatenate(parts) @ self._rotation, np.float32)


def drawn_rotation() -> Rows:
    """A random rotation, orthogonal float32 (320, 320), from the system's entropy."""
    drawn = np.random.default_rng().standard_normal((DIMENSIONS, DIMENSIONS))
    return np.asarray(np.linalg.qr(drawn)[0], np.float32)


def _code(row: Rows) -> Codes:
    return np.packbits(row[:BITS] > 0)


def _moved(held: npt.NDArray[Any], room: int) -> npt.NDArray[Any]:
    """The same rows in more room. Zeros: memory that was freed may hold a face that was removed."""
    grown = np.zeros((room, held.shape[1]), held.dtype)
    grown[: len(held)] = held
    held[:] = 0  # no copy of a face is left to whoever gets this memory next
    return grown
