"""`kaihu evaluate face`: the shipped face comparison over whole matrices of people."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from evaluation.rates import equal_error_rate, ten_fold_accuracy, true_accept_rate
from evaluation.report import Figures, not_measured
from evaluation.similarity import similarities
from kyc.face.embedding import FaceEmbedder, FaceTemplate, compare
from kyc.face.finder import FaceFinder
from kyc.policy import FacePolicy

SETS = ("lfw-grey", "east-asian", "lfw-colour")
GALLERY = "gallery"
LOWEST = -1e3  # an image without a face matches nobody


def evaluate_face(data: Path, models: Path, policy: FacePolicy) -> Figures:
    figures: Figures = {}
    with FaceFinder(models) as finder:
        embedder = FaceEmbedder(models)
        for name in SETS:
            templates = load_templates(data / "face" / name, finder, embedder)
            for key, value in _set_figures(data / "face" / name, templates, policy).items():
                figures[f"{name}.{key}"] = value
        figures["pair_cpu_ms"] = _pair_cost(data / "face" / SETS[1], finder, embedder, policy)
    figures["card.n"] = 0
    figures |= not_measured("the card portrait is measured from issue C on", "card.tar_at_far_1e-3")
    return {"n": sum(figures[f"{name}.images"] for name in SETS), **figures}


def load_templates(
    folder: Path, finder: FaceFinder, embedder: FaceEmbedder
) -> dict[str, FaceTemplate | None]:
    found: dict[str, FaceTemplate | None] = {}
    for path in sorted(folder.glob("*/*.jpg")):
        image = cv2.imread(str(path))[..., ::-1]
        faces = finder.find(image)
        name = str(path.relative_to(folder))
        found[name] = embedder.embed(image, faces[0]) if faces else None
    return found


def _set_figures(
    folder: Path, templates: dict[str, FaceTemplate | None], policy: FacePolicy
) -> Figures:
    names = list(templates)
    people = np.array([name.split("/")[0] for name in names])
    matrix = _matrix([templates[name] for name in names], policy)
    i, j = np.triu_indices(len(names), 1)
    usable = ~((people[i] == GALLERY) & (people[j] == GALLERY))
    i, j = i[usable], j[usable]
    scores, same = matrix[i, j], people[i] == people[j]
    index = {name: number for number, name in enumerate(names)}
    with (folder / "pairs.csv").open() as file:
        pairs = [(index[r["a"]], index[r["b"]], r["same"] == "1") for r in csv.DictReader(file)]
    a, b, pair_same = (np.array(column) for column in zip(*pairs, strict=True))
    return {
        "people": len(set(people) - {GALLERY}),
        "images": len(names),
        "no_face": sum(t is None for t in templates.values()) / len(names),
        "accuracy_10fold": ten_fold_accuracy(matrix[a, b], pair_same),
        "eer": equal_error_rate(scores, same),
        **{
            f"tar_at_far_1e-{power}": true_accept_rate(scores, same, 10.0**-power)
            for power in (2, 3, 4)
        },
        "far_at_shipped": float((scores[~same] >= policy.match_llr).mean()),
        "fnmr_at_shipped": float((scores[same] < policy.match_llr).mean()),
    }


def _matrix(templates: list[FaceTemplate | None], policy: FacePolicy) -> npt.NDArray[np.float64]:
    """Log-likelihood ratios of everyone against everyone, as `compare` gives them for a pair."""
    known = np.array([t is not None for t in templates])
    matrix = np.full((len(templates), len(templates)), LOWEST)
    w = policy.fusion
    fused = similarities([t for t in templates if t is not None])[..., :2] @ [w.feature, w.mobile]
    matrix[np.ix_(known, known)] = fused + w.offset
    return matrix


def _pair_cost(
    folder: Path, finder: FaceFinder, embedder: FaceEmbedder, policy: FacePolicy
) -> float:
    paths = sorted(folder.glob("casia-*/*.jpg"))[:20]
    images = [cv2.imread(str(path))[..., ::-1] for path in paths]
    began = time.process_time()
    templates = [embedder.embed(i, finder.find(i)[0]) for i in images if finder.find(i)]
    for a, b in zip(templates[::2], templates[1::2], strict=False):
        compare(a, b, policy.fusion)
    return (time.process_time() - began) * 1000 / (len(templates) / 2)
