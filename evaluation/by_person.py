"""Intervals of error rates where people, and not pairs, are what was drawn at random.

One person's photos enter thousands of pairs: intervals that count pairs are far too narrow. People
are drawn again with replacement (bootstrap; Bolle, Ratha and Pankanti, "Error analysis of pattern
recognition systems: the subsets bootstrap", 2004).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DRAWS, SEED = 1000, 1
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.float64]


def interval_by_person(people: npt.NDArray[np.str_], wrong: Flags, of: Flags) -> list[float]:
    """The 95 % interval of the share of pairs `of` a kind that are `wrong`, people drawn again.

    `people` (n,) names whose each image is; `wrong` and `of` are symmetric (n, n). A pair counts as
    often as both its people were drawn; a pair of one person as often as that person was.
    """
    names, owner = np.unique(people, return_inverse=True)
    member = np.zeros((len(names), len(people)))
    member[owner, np.arange(len(people))] = 1
    errors, trials = (_between(member, np.triu(flags, 1)) for flags in (wrong & of, of))
    chance = np.random.default_rng(SEED)
    shares = [_share(errors, trials, _drawn(chance, len(names))) for _ in range(DRAWS)]
    found = [share for share in shares if share is not None]
    return [float(value) for value in np.percentile(found, [2.5, 97.5])]


def _between(member: Counts, flags: Flags) -> Counts:
    """How many pairs there are between each two people, one of them or the other first."""
    counts = member @ flags.astype(np.float64) @ member.T
    between: Counts = counts + counts.T - np.diag(np.diag(counts))
    return between


def _drawn(chance: np.random.Generator, count: int) -> Counts:
    return np.bincount(chance.integers(0, count, count), minlength=count).astype(np.float64)


def _share(errors: Counts, trials: Counts, weights: Counts) -> float | None:
    total = _weighted(trials, weights)
    return _weighted(errors, weights) / total if total else None


def _weighted(pairs: Counts, weights: Counts) -> float:
    own = np.diag(pairs)
    apart = (weights @ pairs @ weights - weights**2 @ own) / 2
    return float(apart + weights @ own)
