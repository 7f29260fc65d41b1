"""`kaihu evaluate face`: the shipped face comparison over whole matrices of people."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.policy import Policy
from core.reasons import Reason
from evaluation.by_person import interval_by_person
from evaluation.card_portraits import CardPortraits
from evaluation.curves import Curves
from evaluation.million_faces import search_among_a_million
from evaluation.rates import equal_error_rate, ten_fold_accuracy, true_accept_rate
from evaluation.report import Figures
from evaluation.similarity import similarities
from kyc.face.embedding import FaceEmbedder, FaceTemplate, compare
from kyc.face.finder import FaceFinder
from kyc.policy import FacePolicy

SETS = ("lfw-grey", "east-asian", "lfw-colour")
CARDS = "east-asian"  # the people whose portraits are on the cards
GALLERY = "gallery"
Matrix = npt.NDArray[np.float64]
LOWEST = -1e3  # an image without a face matches nobody


def evaluate_face(data: Path, models: Path, policy: Policy, curves: Curves) -> Figures:
    """Comparisons within each set and of card portraits, by the rules that ship."""
    figures: Figures = {}
    rules = policy.section(FacePolicy)
    finder = FaceFinder(models)
    embedder = FaceEmbedder(models)
    sets = {name: load_templates(data / "face" / name, finder, embedder) for name in SETS}
    for name, templates in sets.items():
        scores = _Scores(data / "face" / name, templates, rules)
        figures |= {f"{name}.{key}": value for key, value in scores.figures().items()}
        curves.add(name, scores.scores, scores.same)
    figures["pair_cpu_ms"] = _pair_cost(data / "face" / CARDS, finder, embedder, rules)
    portraits = CardPortraits(data, models, policy)
    figures |= portraits.figures(finder, embedder, sets[CARDS])
    figures |= search_among_a_million(list(sets.values()), rules)
    return {"n": sum(figures[f"{name}.images"] for name in SETS), **figures}


def load_templates(
    folder: Path, finder: FaceFinder, embedder: FaceEmbedder
) -> dict[str, FaceTemplate | None]:
    """The template of each photo by its path below a folder, None without a face."""
    found: dict[str, FaceTemplate | None] = {}
    for path in sorted(folder.glob("*/*.jpg")):
        image = cv2.imread(str(path))[..., ::-1]
        face = finder.find_subject(image)
        found[str(path.relative_to(folder))] = embedder.embed(image, face) if face else None
    return found


class _Scores:
    """Everyone of a set against everyone, its gallery left uncompared with itself."""

    def __init__(
        self, folder: Path, templates: dict[str, FaceTemplate | None], rules: FacePolicy
    ) -> None:
        self._rules = rules
        names = list(templates)
        self.people = np.array([name.split("/")[0] for name in names])
        self.matrix, self.apart = _matrices([templates[name] for name in names], rules)
        self.no_face = sum(template is None for template in templates.values()) / len(names)
        i, j = np.triu_indices(len(names), 1)
        usable = ~((self.people[i] == GALLERY) & (self.people[j] == GALLERY))
        i, j = i[usable], j[usable]
        self._at = i, j
        self.scores, self.same = self.matrix[i, j], self.people[i] == self.people[j]
        index = {name: number for number, name in enumerate(names)}
        with (folder / "pairs.csv").open() as file:
            rows = [(index[r["a"]], index[r["b"]], r["same"] == "1") for r in csv.DictReader(file)]
        a, b, self.pair_same = (np.array(column) for column in zip(*rows, strict=True))
        self.pair_scores = self.matrix[a, b]

    def _interval(self, wrong: npt.NDArray[np.bool_], *, same: bool) -> list[float]:
        """Of pairs of one person, or of two: the share that is wrong, people drawn again."""
        counted = np.zeros_like(wrong)
        i, j = (side[self.same == same] for side in self._at)
        counted[i, j] = counted[j, i] = True
        return interval_by_person(self.people, wrong, counted)

    def _reviewed(self, accepted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Pairs that a person looks at: neither accepted nor told apart."""
        reviewed: npt.NDArray[np.bool_] = ~accepted & (self.matrix >= self._rules.review_llr)
        found: npt.NDArray[np.bool_] = reviewed[self._at]
        return found

    def figures(self) -> Figures:
        scores, same, rules = self.scores, self.same, self._rules
        accepted = (self.matrix >= rules.match_llr) & (self.apart <= rules.max_second_distance)
        matched = accepted[self._at]
        return {
            "people": len(set(self.people) - {GALLERY}),
            "images": len(self.people),
            str(Reason.NO_FACE): self.no_face,
            "accuracy_10fold": ten_fold_accuracy(self.pair_scores, self.pair_same),
            "eer": equal_error_rate(scores, same),
            **{
                f"tar_at_far_1e-{power}": true_accept_rate(scores, same, 10.0**-power)
                for power in (2, 3, 4)
            },
            "llr_at_far_1e-4": float(np.quantile(scores[~same], 1 - 1e-4)),
            "tar_at_known": float((scores[same] >= rules.known_llr).mean()),
            "far_at_known": float((scores[~same] >= rules.known_llr).mean()),
            "impostor_pairs": int((~same).sum()),
            "far_at_shipped": float(matched[~same].mean()),
            "far_at_shipped.ci95": self._interval(accepted, same=False),
            "fnmr_at_shipped": float((~matched[same]).mean()),
            "fnmr_at_shipped.ci95": self._interval(~accepted, same=True),
            "reviewed_at_shipped": float(self._reviewed(accepted)[same].mean()),
        }


def _matrices(templates: list[FaceTemplate | None], rules: FacePolicy) -> tuple[Matrix, Matrix]:
    """Log-likelihood ratios and second opinions of everyone against everyone, as `compare`."""
    known = np.array([t is not None for t in templates])
    ratios = np.full((len(templates), len(templates)), LOWEST)
    apart = np.full_like(ratios, np.inf)
    w = rules.fusion
    found = similarities([t for t in templates if t is not None])
    both = np.ix_(known, known)
    ratios[both] = found[..., :2] @ [w.sface, w.mobile] + w.offset
    apart[both] = found[..., 2]
    return ratios, apart


def _pair_cost(
    folder: Path, finder: FaceFinder, embedder: FaceEmbedder, rules: FacePolicy
) -> float:
    paths = sorted(folder.glob("casia-*/*.jpg"))[:20]
    images = [cv2.imread(str(path))[..., ::-1] for path in paths]
    began = time.process_time()
    templates = [embedder.embed(i, finder.find(i)[0]) for i in images if finder.find(i)]
    for a, b in zip(templates[::2], templates[1::2], strict=False):
        compare(a, b, rules.fusion)
    return (time.process_time() - began) * 1000 / (len(templates) / 2)
