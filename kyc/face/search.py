"""One face against many: what a search promises. It knows keys and vectors, not people."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol, TypeVar

from kyc.face.embedding import FaceTemplate

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
