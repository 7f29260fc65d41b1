"""Error rates of a comparison (ISO/IEC 19795-1) and their intervals."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating]
Labels = npt.NDArray[np.bool_]


def equal_error_rate(scores: Scores, same: Labels) -> float:
    """Where false matches and false non-matches are equally frequent, 0..1."""
    return _equal_errors(scores, same)[0]


def score_at_eer(scores: Scores, same: Labels) -> float:
    """The threshold at which the equal error rate is reached."""
    return _equal_errors(scores, same)[1]


def _equal_errors(scores: Scores, same: Labels) -> tuple[float, float]:
    thresholds = np.sort(scores)
    missed = np.searchsorted(np.sort(scores[same]), thresholds) / same.sum()
    others = np.sort(scores[~same])
    accepted = 1 - np.searchsorted(others, thresholds) / len(others)
    at = int(np.argmin(np.abs(missed - accepted)))
    return float((missed[at] + accepted[at]) / 2), float(thresholds[at])


def true_accept_rate(scores: Scores, same: Labels, false_accepts: float) -> float:
    """Share of genuine pairs above the score that `false_accepts` of impostors exceed."""
    threshold = np.quantile(scores[~same], 1 - false_accepts)
    return float((scores[same] > threshold).mean())


def ten_fold_accuracy(scores: Scores, same: Labels) -> float:
    """Accuracy of each tenth at the threshold that suits the other nine best."""
    folds = np.arange(len(scores)) % 10
    right = []
    for fold in range(10):
        train, test = folds != fold, folds == fold
        candidates = np.unique(scores[train])
        best = max(candidates, key=lambda t: ((scores[train] >= t) == same[train]).mean())
        right.append(((scores[test] >= best) == same[test]).mean())
    return float(np.mean(right))


def min_dcf(scores: Scores, same: Labels, prior: float = 0.01) -> float:
    """Least detection cost at a prior, relative to always answering the likelier (NIST SRE)."""
    thresholds = np.append(np.sort(scores), scores.max() + 1)
    missed = np.searchsorted(np.sort(scores[same]), thresholds) / same.sum()
    others = np.sort(scores[~same])
    accepted = 1 - np.searchsorted(others, thresholds) / len(others)
    return float((prior * missed + (1 - prior) * accepted).min() / min(prior, 1 - prior))


def wilson(errors: float, trials: int) -> list[float]:
    """The 95 % interval of a share (Wilson, 1927)."""
    z, share = 1.96, errors / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return [float(max(0.0, (centre - spread) / scale)), float(min(1.0, (centre + spread) / scale))]
