"""A linear classifier of short Chinese texts by their characters. Pure.

What is classified has one part or several (a purpose and its payees). A part is the set of its runs
of one to `LONGEST` characters, its two ends marked; each weighs by how few texts have it (inverse
document frequency: C. Manning et al., "Introduction to Information Retrieval", 2008, ch. 6), and
each part has length one. Multinomial logistic regression says the rest. Words, which Chinese does
not part, need not be cut, and a word that was never seen shares characters with those that were.

`tools/fit_classifiers.py` makes the files in `fitted/` from the texts in `tools/examples/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from loans.profile.lexicon import plain

FOLDER = Path(__file__).parent / "fitted"
LONGEST = 2
MAX_CHARACTERS = 500  # of a text; what stands behind says nothing new
BEGIN, END = "^", "$"
PART = "|"  # after the number of a part

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Classifier:
    """What was fitted: labels, runs of characters, and what each run says of each label.

    `rarity` (runs,) and `weights` (runs, labels) are float32, `offsets` (labels,) too.
    """

    labels: tuple[str, ...]
    runs: dict[str, int]
    rarity: Floats
    weights: Floats
    offsets: Floats

    def shares(self, *parts: str) -> dict[str, float]:
        """How probable each label is, the most probable first, summing to one.

        Empty where no character of any part was ever seen: then nothing is known of it.
        """
        vectors = [self._vector(number, text) for number, text in enumerate(parts)]
        if not any(at.size for at, _ in vectors):
            return {}
        scores = self.offsets + sum(values @ self.weights[at] for at, values in vectors)
        odds = np.exp(scores - scores.max())
        found = odds / odds.sum()
        return {self.labels[each]: float(found[each]) for each in np.argsort(-found)}

    def _vector(self, part: int, text: str) -> tuple[npt.NDArray[np.intp], Floats]:
        """The rows of the runs that were seen, and their values (float32), of length one.

        None where the marks of its ends alone were: every text has these.
        """
        known = {run for run in runs_of(text, part) if run in self.runs}
        said = known - {_prefix(part) + mark for mark in (BEGIN, END)}
        at = np.array(sorted(self.runs[run] for run in known) if said else [], np.intp)
        values = self.rarity[at]
        return at, values / (np.linalg.norm(values) or 1.0)


def runs_of(text: str, part: int = 0) -> Iterator[str]:
    """The runs of a text, as `plain` writes it, with marks at its ends; none of an empty one.

    Those of a further part bear its number: a word of a payee is not the word of a purpose.
    """
    if not text.strip():
        return
    written = f"{BEGIN}{plain(text)[:MAX_CHARACTERS]}{END}"
    prefix = _prefix(part)
    for length in range(1, LONGEST + 1):
        for at in range(len(written) - length + 1):
            yield prefix + written[at : at + length]


def _prefix(part: int) -> str:
    return f"{part}{PART}" if part else ""


def packed(classifier: Classifier, made_of: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a file: weights as bytes with a scale for each label.

    `made_of` is a hash of the texts that it was fitted to.
    """
    scale = np.abs(classifier.weights).max(axis=0) / np.float32(np.iinfo(np.int8).max)
    return {
        "labels": np.array(classifier.labels),
        "runs": np.array(list(classifier.runs)),
        "rarity": classifier.rarity.astype(np.float16),
        "weights": np.rint(classifier.weights / scale).astype(np.int8),
        "scale": scale,
        "offsets": classifier.offsets,
        "made_of": np.array(made_of),
    }


@cache
def fitted(name: str) -> Classifier:
    """A classifier of `fitted/`. Raises FileNotFoundError."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as arrays:
        return Classifier(
            labels=tuple(arrays["labels"].tolist()),
            runs={run: number for number, run in enumerate(arrays["runs"].tolist())},
            rarity=arrays["rarity"].astype(np.float32),
            weights=arrays["weights"].astype(np.float32) * arrays["scale"],
            offsets=arrays["offsets"],
        )


def made_of(name: str) -> str:
    """The hash of the texts that a classifier of `fitted/` was fitted to."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as arrays:
        return str(arrays["made_of"])
