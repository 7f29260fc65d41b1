"""Faces as they are, and the same with a mask or dark glasses painted over them.

Painted covers are plainer than real ones: they show that the measure works, not how well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from evaluation.report import Figures
from evaluation.shares import share_figures
from kyc.face.finder import Face, FaceFinder
from kyc.face.occlusion import EYES, CoverRules, covered, face_cover
from kyc.face.picture import RGB

SETS = ("east-asian", "lfw-colour")
EVERY = 4
MASK = (
    234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361,
    323, 454, 280, 197, 50,
)  # fmt: skip
MASKS = {"blue": (120, 170, 200), "white": (225, 225, 225), "black": (35, 35, 38)}
GLASS = (20, 20, 24)
GRAIN = 3.0  # grey levels


def evaluate_occlusions(data: Path, finder: FaceFinder, rules: CoverRules) -> Figures:
    """`cover.<set>.alarm`: bare faces taken for covered; `cover.<kind>.missed`: missed covers.

    A covered face that is not found at all counts as detected: it is reported as `no_face`.
    """
    cases: dict[str, list[bool]] = defaultdict(list)
    chance = np.random.default_rng(1)
    for name in SETS:
        for path in sorted((data / "face" / name).glob("*/*.jpg"))[::EVERY]:
            image = np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])
            face = finder.find_subject(image)
            if face is None:
                continue
            cases[f"{name}.alarm"].append(covered([face_cover(image, face)], rules))
            for kind, painted in _painted(image, face, chance):
                found = finder.find_subject(painted)
                known = found is None or covered([face_cover(painted, found)], rules)
                cases[f"{kind}.missed"].append(not known)
    figures: Figures = {}
    for key, rows in cases.items():
        figures |= share_figures(f"cover.{key}", rows)
    return figures


def _painted(image: RGB, face: Face, chance: np.random.Generator) -> Iterator[tuple[str, RGB]]:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    blurred = cv2.GaussianBlur(grey, (0, 0), max(3.0, face.width / 15)).astype(np.float32)
    for name, colour in MASKS.items():
        shape = _filled(image, face, [MASK])
        shade = blurred / max(float(blurred[shape > 0.5].mean()), 1.0)
        layer = np.array(colour, np.float32) * shade[..., None]
        yield f"{name}_mask", _over(image, layer, shape, chance)
    layer = np.broadcast_to(np.array(GLASS, np.float32), image.shape)
    yield "glasses", _over(image, layer, _filled(image, face, EYES), chance)


def _filled(image: RGB, face: Face, shapes: Sequence[Sequence[int]]) -> np.ndarray:
    """How much of each pixel some hulls of landmarks cover, 0..1."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for points in shapes:
        cv2.fillPoly(mask, [cv2.convexHull(face.landmarks[list(points)]).astype(int)], 255)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.0)) / 255


def _over(image: RGB, layer: np.ndarray, share: np.ndarray, chance: np.random.Generator) -> RGB:
    grainy = layer + chance.normal(0, GRAIN, image.shape)
    mixed = image * (1 - share[..., None]) + grainy * share[..., None]
    return np.asarray(np.clip(mixed, 0, 255), np.uint8)
