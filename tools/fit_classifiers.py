"""Fit the classifiers in `loans/profile/fitted/` to the texts in `tools/examples/`.

`make classifiers`. Every file of searches, purposes and declarations is by another hand, and no
writer read another's, but `contrasts.csv` of declarations: before it fits, the tool says how well
a classifier of the other files reads each. Texts of somebody new will be read as well.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from loans.profile.classifier import FOLDER, Classifier, packed, runs_of
from loans.profile.firm_names import trade_part
from loans.profile.purchases import (
    ALONG,
    BOUGHT,
    NEAR,
    Purchase,
    PurchaseReader,
    business_text,
    features,
    purchase_of,
    usual_of,
)
from loans.profile.purchases import FILE as PURCHASES
from loans.profile.purchases import PAYEES as BETWEEN_PAYEES
from loans.profile.vectors import FILE as VECTORS
from loans.profile.vectors import fitted_vectors

EXAMPLES = Path(__file__).parent / "examples"
NAMES = "names"  # how files of firms' names begin
DECLARATIONS = "declarations"  # a folder: purposes beside businesses and payees
# A declaration whose money goes to a business, but to another one.
BUSINESS, OTHER_BUSINESS = "business", "other_business"
FEWEST = 2  # texts that a run stands in: one that stands in one alone says what that text is
STEPS = 2_000


@dataclass(frozen=True)
class Source:
    """What a classifier is fitted to: folders, and the columns that are its parts.

    `strength` is the inverse of the penalty of heavy weights (C), by what was read of texts of
    others.
    """

    folders: tuple[str, ...]
    columns: tuple[str, ...]
    strength: float


SOURCES = {
    "searches": Source(("searches",), ("text",), 10.0),
    "purposes": Source(("purposes", DECLARATIONS), ("text", "payees"), 30.0),
    "payees": Source((DECLARATIONS,), ("payees",), 10.0),
    "firms": Source(("firms",), ("text",), 40.0),
}
PURCHASES_STRENGTH = 0.05  # likewise


@dataclass(frozen=True)
class Example:
    """A text, of one part or more, and its label."""

    parts: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Declared:
    """A purchase, and whether it is another trade's."""

    purchase: Purchase
    is_another: bool


def main() -> None:
    """Fit them all, and say how well each file is read by the others."""
    for name, source in SOURCES.items():
        files = read(name)
        if name != "firms":
            for left_out in files:
                f1 = _f1(files, left_out, source.strength)
                print(f"{name} without {left_out}: macro F1 {f1:.3f}")
        every = [example for examples in files.values() for example in examples]
        classifier = fit(every, source.strength)
        arrays: dict[str, Any] = packed(classifier, hash_of(name))
        np.savez_compressed(FOLDER / f"{name}.npz", **arrays)
        print(f"{name}: {len(classifier.labels)} labels, {len(classifier.runs)} runs")
    fit_purchases()


def read(name: str) -> dict[str, list[Example]]:
    """The examples of a classifier by file; of firms' names what says their trade."""
    return {file.stem: list(_examples(file, SOURCES[name].columns)) for file in _files(name)}


def hash_of(name: str) -> str:
    """A hash of the texts of a classifier, sha256 in hex."""
    return _hash([file.read_bytes() for file in _files(name)])


def fit_purchases() -> None:
    """Fit what tells whose trade buys something, and say how well it reads each file."""
    files = {file.stem: list(_declared(file)) for file in _files(DECLARATIONS)}
    for left_out, declared in files.items():
        if len({each.is_another for each in declared}) > 1:
            others = [each for name, rows in files.items() if name != left_out for each in rows]
            reader = _fitted(others)
            shares = [reader.share_of(each.purchase) for each in declared]
            auc = roc_auc_score([each.is_another for each in declared], shares)
            print(f"purchases without {left_out}: AUC {auc:.3f}")
    reader = _fitted([each for rows in files.values() for each in rows])
    np.savez_compressed(
        PURCHASES,
        usual_business=reader.usual.business,
        usual_bought=reader.usual.bought,
        weights=reader.weights,
        offset=np.float32(reader.offset),
        made_of=np.array(purchases_hash()),
    )


def purchases_hash() -> str:
    """A hash of the declarations, the vectors and the scales of the features, sha256 in hex."""
    declared = [file.read_bytes() for file in _files(DECLARATIONS)]
    return _hash([*declared, VECTORS.read_bytes(), repr((NEAR, ALONG, BOUGHT)).encode()])


def _hash(contents: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()


def _declared(file: Path) -> Iterable[Declared]:
    """Purchases of a file; money that goes elsewhere is left out."""
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["label"] in (BUSINESS, OTHER_BUSINESS):
                business = business_text(row["name"], row["scope"])
                payees = row["payees"].split(BETWEEN_PAYEES)
                purchase = purchase_of(fitted_vectors(), business, row["text"], payees)
                yield Declared(purchase, row["label"] == OTHER_BUSINESS)


def _fitted(declared: Sequence[Declared]) -> PurchaseReader:
    usual = usual_of([each.purchase for each in declared if not each.is_another])
    weighed = np.stack([features(each.purchase, usual) for each in declared])
    others = [each.is_another for each in declared]
    model = LogisticRegression(C=PURCHASES_STRENGTH, max_iter=STEPS).fit(weighed, others)
    weights = model.coef_[0].astype(np.float32)
    return PurchaseReader(fitted_vectors(), usual, weights, float(model.intercept_[0]))


def fit(examples: Sequence[Example], strength: float) -> Classifier:
    """The classifier that fits examples best, with weak runs held small (L2)."""
    parts, vectors = [], []
    for number, texts in enumerate(zip(*(each.parts for each in examples), strict=True)):
        rarity = TfidfVectorizer(analyzer=partial(_runs, number), binary=True, min_df=FEWEST)
        if any(texts):
            vectors.append(rarity.fit_transform(texts))
            parts.append(rarity)
    labels = [each.label for each in examples]
    model = LogisticRegression(C=strength, max_iter=STEPS).fit(hstack(vectors), labels)
    runs = [run for rarity in parts for run in rarity.get_feature_names_out()]
    return Classifier(
        labels=tuple(map(str, model.classes_)),
        runs={run: number for number, run in enumerate(runs)},
        rarity=np.concatenate([rarity.idf_ for rarity in parts]).astype(np.float32),
        weights=model.coef_.T.astype(np.float32),
        offsets=model.intercept_.astype(np.float32),
    )


def _files(name: str) -> list[Path]:
    folders = SOURCES[name].folders if name in SOURCES else (name,)
    return [file for each in folders for file in sorted((EXAMPLES / each).glob("*.csv"))]


def _examples(file: Path, columns: Sequence[str]) -> Iterable[Example]:
    """The examples of a file.

    A purpose that fits does so whoever is paid, so it is an example without its payees too; of
    another label it may be the payees alone that tell.
    """
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if file.stem.startswith(NAMES):
                row["text"] = trade_part(row["text"]) or row["text"]
            label = BUSINESS if row["label"] == OTHER_BUSINESS else row["label"]
            parts = tuple(row.get(column, "") for column in columns)
            yield Example(parts, label)
            if label == BUSINESS and "payees" in row and len(columns) > 1:
                yield Example((*parts[:-1], ""), label)


def _f1(files: dict[str, list[Example]], left_out: str, strength: float) -> float:
    others = [each for name, examples in files.items() if name != left_out for each in examples]
    classifier = fit(others, strength)
    found = [next(iter(classifier.shares(*each.parts)), "") for each in files[left_out]]
    told = [each.label for each in files[left_out]]
    return float(f1_score(told, found, average="macro", labels=sorted({*told})))


def _runs(part: int, text: str) -> Sequence[str]:
    return list(runs_of(text, part))


if __name__ == "__main__":
    main()
