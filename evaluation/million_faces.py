"""Somebody who is known, searched for among a million others by the shipped search.

Nobody has a million faces here. The others are drawn from the distribution of the real templates:
normal, with the mean and the covariance of each network's embeddings, scaled to length 1. Mates are
real: one photo of a person is stored, another is searched for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from evaluation.rates import wilson
from evaluation.report import Figures
from kyc.face.coded_search import CodedSearch
from kyc.face.embedding import FaceTemplate
from kyc.policy import FacePolicy

OTHERS, MATES, AT_ONCE, SEED = 1_000_000, 1000, 50_000, 1
Parts = npt.NDArray[np.float32]


def search_among_a_million(
    sets: Sequence[Mapping[str, FaceTemplate | None]], rules: FacePolicy
) -> Figures:
    """How often the search finds what comparing everybody finds, first; and how long it takes.

    Counted are mates whose ratio is `known_llr` or more: nobody is told of others.
    """
    mates = list(_mates(sets, rules))[:MATES]
    known = [t for templates in sets for t in templates.values() if t is not None]
    search: CodedSearch[int] = CodedSearch(rules.fusion, rules.search)
    for number, (stored, _) in enumerate(mates):
        search.add(number, stored)
    for number, template in enumerate(_others(known)):
        search.add(len(mates) + number, template)
    found, taken = [], []
    for number, (_, asked) in enumerate(mates):
        began = time.perf_counter()
        hits = search.nearest(asked, rules.known_llr)
        taken.append((time.perf_counter() - began) * 1000)
        found.append(number in {key for key, _ in hits})
    return {
        "search.people": OTHERS + len(mates),
        "search.mates": len(mates),
        "search.found": float(np.mean(found)),
        "search.found.ci95": wilson(sum(found), len(found)),
        "search.ms_p50": float(np.percentile(taken, 50)),
        "search.ms_p95": float(np.percentile(taken, 95)),
    }


def _mates(
    sets: Sequence[Mapping[str, FaceTemplate | None]], rules: FacePolicy
) -> Iterator[tuple[FaceTemplate, FaceTemplate]]:
    """Two photos of one person that are alike enough to be told, each person's first two such."""
    weights = rules.fusion
    for templates in sets:
        by_person: dict[str, list[FaceTemplate]] = {}
        for name, template in templates.items():
            if template is not None:
                by_person.setdefault(name.split("/")[0], []).append(template)
        by_person.pop("gallery", None)
        for photos in by_person.values():
            for one, other in pairwise(photos):
                cosines = one.sface @ other.sface, one.mobile @ other.mobile
                ratio = weights.sface * cosines[0] + weights.mobile * cosines[1] + weights.offset
                if ratio >= rules.known_llr:
                    yield one, other


def _others(known: Sequence[FaceTemplate]) -> Iterator[FaceTemplate]:
    chance = np.random.default_rng(SEED)
    drawing = [
        _Drawn(np.stack([getattr(template, network) for template in known]))
        for network in ("sface", "mobile")
    ]
    for _ in range(OTHERS // AT_ONCE):
        for sface, mobile in zip(*(one.draw(chance, AT_ONCE) for one in drawing), strict=True):
            yield FaceTemplate(sface, mobile, None)


class _Drawn:
    """Templates with the mean and the covariance of known ones."""

    def __init__(self, known: Parts) -> None:
        self._mean = known.mean(0)
        self._root = np.linalg.cholesky(np.cov(known.T) + 1e-6 * np.eye(known.shape[1]))

    def draw(self, chance: np.random.Generator, count: int) -> Parts:
        drawn = self._mean + chance.standard_normal((count, len(self._mean))) @ self._root.T
        unit = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return np.asarray(unit, np.float32)
