"""`kaihu evaluate shaken`: papers photographed by a hand that moves, read with and without that.

The shared set has two shaken photos. Each of its sheets that nothing is wrong with is laid flat,
photographed on a desk and shaken by a seed: along a line, as the product assumes, and along a bent
path at uneven speed, as hands also move.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.policy import Policy
from evaluation.documents import NAMES, TODAY
from evaluation.rephotograph import Chance, fits, flat_sheet, of_paper
from evaluation.report import Figures
from evaluation.shares import share_figures
from kyc.analysis.documents import document_reasons
from kyc.decision.decide import effect_of
from kyc.policy import DocumentPolicy, Effect, EffectsPolicy, UploadPolicy
from ocr.document import DocumentReader
from ocr.document_types import PRINCIPALS, REQUIRED, DocumentType
from ocr.geometry import Pixels
from ocr.reading import DocumentReading
from ocr.recognition.line import narrow

SEED = 31
SHORTEST, LONGEST = 5.0, 16.0  # px of a picture of 1920 by 1440
BENT = 0.35  # of its length, by which a path leaves the line at most
NOISE = 1.0, 5.0  # grey levels
STEPS, KERNEL = 400, 41  # along a path; px
Shaking = Callable[[Pixels, Chance], Pixels]


@dataclass(frozen=True)
class Photo:
    """A photo's printed fields, and its readings as they ship and without restoring."""

    printed: Mapping[str, str]
    shipped: DocumentReading
    unrestored: DocumentReading


def evaluate_shaken(data: Path, models: Path, policy: Policy, seed: int = SEED) -> Figures:
    """What goes back and what is read, shaken along lines and along bent paths, and not at all."""
    figures: Figures = {"shaken.seed": seed}
    for name, shaking in {"line": along_a_line, "bent": along_a_path, "still": _still}.items():
        photos = list(_photos(data, models, policy, shaking, seed))
        figures |= _figures(f"shaken.{name}", photos, policy)
    return figures


def along_a_line(photo: Pixels, chance: Chance) -> Pixels:
    """The photo of a hand that moves evenly."""
    return _drawn(photo, _line(chance)[:, None] * np.linspace(-0.5, 0.5, STEPS), chance)


def along_a_path(photo: Pixels, chance: Chance) -> Pixels:
    """The photo of a hand that turns while it moves, and slows down or speeds up."""
    line = _line(chance)
    across = np.array([-line[1], line[0]]) * chance.uniform(-BENT, BENT)
    times = np.linspace(0, 1, STEPS) ** chance.uniform(0.7, 1.4)
    path = line[:, None] * (times - 0.5) + across[:, None] * (4 * times * (1 - times) - 0.5)
    return _drawn(photo, path, chance)


def _still(photo: Pixels, _chance: Chance) -> Pixels:
    return photo


def _line(chance: Chance) -> NDArray[np.float64]:
    """Where a movement leads, (2,), px."""
    length, angle = chance.uniform(SHORTEST, LONGEST), chance.uniform(0, np.pi)
    return length * np.array([np.cos(angle), np.sin(angle)])


def _drawn(photo: Pixels, path: NDArray[np.float64], chance: Chance) -> Pixels:
    """A photo whose every point draws a path (2, n), px, with the sensor's noise."""
    edges = np.arange(KERNEL + 1) - KERNEL / 2
    kernel, _, _ = np.histogram2d(path[1], path[0], bins=(edges, edges))
    shaken = cv2.filter2D(photo, cv2.CV_32F, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
    noisy = shaken + chance.normal(0, chance.uniform(*NOISE), photo.shape)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)


def _photos(
    data: Path, models: Path, policy: Policy, shaking: Shaking, seed: int
) -> Iterator[Photo]:
    folder, rules = data / "documents", policy.section(DocumentPolicy).rules
    shipped = DocumentReader(models, rules)
    unrestoring = DocumentReader(models, replace(rules, shake=None))
    limits = policy.section(UploadPolicy).photo
    for number, truth in enumerate(json.loads((folder / "truth.json").read_text("utf-8"))):
        if fits(truth, screen=False) and not truth["flags"]:
            chance = np.random.default_rng([seed, number])
            photo = shaking(of_paper(flat_sheet(truth, folder, limits), chance), chance)
            kind = DocumentType(truth["kind"])
            read = shipped.read(photo, TODAY, kind)
            plain = unrestoring.read(photo, TODAY, kind) if read.steadied else read
            yield Photo(_printed(truth), read, plain)


def _printed(truth: dict[str, Any]) -> dict[str, str]:
    return {
        NAMES.get(label, label): narrow(text)
        for label, text in truth["fields"].items()
        if label not in truth["obscured_fields"]
    }


def _figures(name: str, photos: list[Photo], policy: Policy) -> Figures:
    """Nothing counts as read of what goes back, as in `evaluate documents`.

    `restored_fields_wrong` are required fields that are wrong in what restored photos say.
    """
    effects = policy.section(EffectsPolicy).effects

    def goes_back(reading: DocumentReading) -> bool:
        reasons = document_reasons(reading, policy)
        return any(effect_of(effects, reason) is Effect.RETRY for reason in reasons)

    figures: Figures = {f"{name}.photos": len(photos)}
    figures |= share_figures(f"{name}.restored", [one.shipped.steadied for one in photos])
    for way in ("shipped", "unrestored"):
        read = [(one.printed, getattr(one, way)) for one in photos]
        figures |= share_figures(f"{name}.sent_back_{way}", [goes_back(one) for _, one in read])
        exact = [
            not goes_back(one) and narrow(one.fields.get(label, "")) == text
            for printed, one in read
            for label, text in printed.items()
        ]
        figures |= share_figures(f"{name}.fields_exact_{way}", exact)
    restored = [one for one in photos if one.shipped.steadied]
    figures[f"{name}.restored_fields_wrong"] = sum(
        narrow(one.shipped.fields.get(label, "")) != one.printed[label]
        for one in restored
        for label in one.printed
        if label in (*REQUIRED[one.shipped.kind], *PRINCIPALS)
    )
    return figures
