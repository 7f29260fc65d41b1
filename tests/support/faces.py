"""Templates of faces that are as alike as a test says."""

from __future__ import annotations

import numpy as np

from kyc.face.embedding import FaceTemplate, FusionWeights, Vector


def alike(known: FaceTemplate, cosine: float, seed: int) -> FaceTemplate:
    """A face whose two embeddings have this cosine with another's."""
    chance = np.random.default_rng(10_000 + seed)

    def near(part: Vector) -> Vector:
        away = chance.normal(size=len(part))
        away -= (away @ part) * part
        mixed = cosine * part + np.sqrt(1 - cosine**2) * away / np.linalg.norm(away)
        return np.asarray(mixed, np.float32)

    return FaceTemplate(near(known.sface), near(known.mobile), known.dlib)


def at_ratio(known: FaceTemplate, weights: FusionWeights, ratio: float) -> FaceTemplate:
    """A face that compares with another at this log-likelihood ratio; dlib's opinion is its own."""
    cosine = (ratio - weights.offset) / (weights.sface + weights.mobile)
    return alike(known, cosine, seed=1)
