"""`kaihu calibrate face`: the weights and the threshold of the face comparison, and their proof.

Logistic regression (Brummer and du Preez, 2006: linear fusion and calibration) over similarities
of every second person of a set; what it reached is read off the people it never saw.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from evaluation.face import GALLERY, load_templates
from evaluation.rates import true_accept_rate
from evaluation.report import Figures
from evaluation.similarity import Array, similarities
from kyc.face.embedding import FaceEmbedder
from kyc.face.finder import FaceFinder

NETWORKS = ("sface", "mobile", "dlib")
CHOICES = ((0,), (1,), (0, 1), (0, 1, 2))
FAR = 1e-4
Chosen = npt.NDArray[np.bool_]


def calibrate_face(data: Path, models: Path, name: str = "east-asian") -> Figures:
    """For each choice of networks: weights, and TAR and threshold on the half not fitted on."""
    finder = FaceFinder(models)
    templates = load_templates(data / "face" / name, finder, FaceEmbedder(models))
    found = {path: template for path, template in templates.items() if template is not None}
    people = np.array([path.split("/")[0] for path in found])
    i, j = np.triu_indices(len(people), 1)
    usable = ~((people[i] == GALLERY) & (people[j] == GALLERY))
    i, j = i[usable], j[usable]
    pairs, same = similarities(list(found.values()))[i, j], people[i] == people[j]
    fitted = set(sorted(set(people) - {GALLERY})[1::2])
    seen = np.array([person in fitted for person in people])
    inside = seen[i] & seen[j]
    outside = ~seen[i] & ~seen[j]
    figures: Figures = {"n": len(found), "set": name, "pairs_fitted": int(inside.sum())}
    figures["pairs_held_out"] = int(outside.sum())
    for choice in CHOICES:
        figures |= _fit(pairs[:, choice], same, inside, outside, [NETWORKS[c] for c in choice])
    return figures


def _fit(pairs: Array, same: Chosen, inside: Chosen, outside: Chosen, names: list[str]) -> Figures:
    model = LogisticRegression(C=100, max_iter=1000, class_weight="balanced")
    model.fit(pairs[inside], same[inside])
    scores = pairs @ model.coef_[0] + model.intercept_[0]
    title = "+".join(names)
    weights = dict(zip(names, model.coef_[0].round(2).tolist(), strict=True))
    return {
        **{f"{title}.weight.{name}": weight for name, weight in weights.items()},
        f"{title}.offset": float(model.intercept_[0].round(2)),
        f"{title}.held_out_tar_at_far_1e-3": true_accept_rate(scores[outside], same[outside], 1e-3),
        f"{title}.held_out_tar_at_far_1e-4": true_accept_rate(scores[outside], same[outside], FAR),
        f"{title}.held_out_llr_at_far_1e-4": float(
            np.quantile(scores[outside & ~same], 1 - FAR).round(2)
        ),
    }
