"""Which weights this process works with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ModelManifest:
    """Weights by name (`face/sface.onnx`), each with the beginning of its SHA-256."""

    weights: Mapping[str, str]

    def of(self, folders: tuple[str, ...]) -> dict[str, str]:
        """The weights in some folders, as a check names them."""
        return {name: sha for name, sha in self.weights.items() if name.startswith(folders)}

    def digest(self, folders: tuple[str, ...]) -> str:
        """Sixteen hex digits that name the weights in some folders."""
        named = "".join(f"{name} {sha}\n" for name, sha in sorted(self.of(folders).items()))
        return hashlib.sha256(named.encode()).hexdigest()[:16]
