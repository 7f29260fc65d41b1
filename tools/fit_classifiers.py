"""Fit the classifiers in `loans/profile/fitted/` to the texts in `tools/examples/`.

`make classifiers`. Every file of searches and of purposes is by another hand, and no writer read
another's: before it fits, the tool says how well a classifier of the other files reads each. Texts
of somebody new will be read as well.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from loans.profile.classifier import FOLDER, Classifier, packed, runs_of
from loans.profile.firm_names import trade_part

EXAMPLES = Path(__file__).parent / "examples"
SEARCHES, PURPOSES, FIRMS = "searches", "purposes", "firms"
NAMES = "names"  # how files of firms' names begin
FEWEST = 2  # texts that a run stands in: one that stands in one alone says what that text is
# Inverse of the penalty of heavy weights (C), by what was read of texts of others.
STRENGTH = {SEARCHES: 10.0, PURPOSES: 30.0, FIRMS: 40.0}
STEPS = 2_000


@dataclass(frozen=True)
class Example:
    """A text and its label."""

    text: str
    label: str


def main() -> None:
    """Fit them all, and say how well each file is read by the others."""
    for name, strength in STRENGTH.items():
        files = read(name)
        if name != FIRMS:
            for left_out in files:
                print(f"{name} without {left_out}: macro F1 {_f1(files, left_out, strength):.3f}")
        every = (example for examples in files.values() for example in examples)
        classifier = fit(every, strength)
        arrays: dict[str, Any] = packed(classifier, hash_of(name))
        np.savez_compressed(FOLDER / f"{name}.npz", **arrays)
        print(f"{name}: {len(classifier.labels)} labels, {len(classifier.runs)} runs")


def read(name: str) -> dict[str, list[Example]]:
    """The examples of a folder by file; of firms' names what says their trade."""
    return {file.stem: list(_examples(file)) for file in sorted((EXAMPLES / name).glob("*.csv"))}


def hash_of(name: str) -> str:
    """A hash of the texts of a folder, sha256 in hex."""
    files = sorted((EXAMPLES / name).glob("*.csv"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def fit(examples: Iterable[Example], strength: float) -> Classifier:
    """The classifier that fits examples best, with weak runs held small (L2)."""
    texts, labels = zip(*((each.text, each.label) for each in examples), strict=True)
    rarity = TfidfVectorizer(analyzer=_runs, binary=True, min_df=FEWEST)
    model = LogisticRegression(C=strength, max_iter=STEPS).fit(rarity.fit_transform(texts), labels)
    return Classifier(
        labels=tuple(map(str, model.classes_)),
        runs={run: number for number, run in enumerate(rarity.get_feature_names_out())},
        rarity=rarity.idf_.astype(np.float32),
        weights=model.coef_.T.astype(np.float32),
        offsets=model.intercept_.astype(np.float32),
    )


def _examples(file: Path) -> Iterable[Example]:
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            text = row["text"]
            if file.stem.startswith(NAMES):
                text = trade_part(text) or text
            yield Example(text, row["label"])


def _f1(files: dict[str, list[Example]], left_out: str, strength: float) -> float:
    others = (each for name, examples in files.items() if name != left_out for each in examples)
    classifier = fit(others, strength)
    found = [next(iter(classifier.shares(each.text)), "") for each in files[left_out]]
    told = [each.label for each in files[left_out]]
    return float(f1_score(told, found, average="macro", labels=classifier.labels))


def _runs(text: str) -> Sequence[str]:
    return list(runs_of(text))


if __name__ == "__main__":
    main()
