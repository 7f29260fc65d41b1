"""How well probabilities of default tell loans apart, and how true they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

GROUPS = 10
Numbers = npt.NDArray[np.float64]
Outcomes = npt.NDArray[np.int_]


def auc(said: Numbers, defaults: Outcomes) -> float:
    """The chance that a default was given the higher probability; ties count half."""
    order = np.sort(said[defaults == 0])
    bad = said[defaults == 1]
    below = np.searchsorted(order, bad, "left")
    ties = np.searchsorted(order, bad, "right") - below
    return float((below + ties / 2).mean() / len(order))


def ks(said: Numbers, defaults: Outcomes) -> float:
    """The greatest distance between the two distributions (Kolmogorov and Smirnov), 0..1."""
    steps = np.unique(said)
    bad = np.searchsorted(np.sort(said[defaults == 1]), steps, "right") / (defaults == 1).sum()
    good = np.searchsorted(np.sort(said[defaults == 0]), steps, "right") / (defaults == 0).sum()
    return float(np.abs(good - bad).max())


def ece(said: Numbers, defaults: Outcomes) -> float:
    """Mean distance between what was said and what was seen, in ten groups of equal size."""
    return sum(abs(low - seen) * share for low, seen, share in reliability(said, defaults))


def reliability(said: Numbers, defaults: Outcomes) -> list[tuple[float, float, float]]:
    """What was said, what was seen, and the share of loans, in groups from low to high."""
    groups = np.array_split(np.argsort(said, kind="stable"), min(GROUPS, len(said)))
    return [
        (float(said[group].mean()), float(defaults[group].mean()), len(group) / len(said))
        for group in groups
    ]
