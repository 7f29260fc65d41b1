"""Error rates of a comparison (ISO/IEC 19795-1) and their intervals."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

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


def log_likelihood_cost(ratios: Scores, same: Labels) -> float:
    """Cllr in bits (Brummer and du Preez, 2006): 0 for an oracle, 1 for one who knows nothing."""
    genuine, others = np.logaddexp(0, -ratios[same]).mean(), np.logaddexp(0, ratios[~same]).mean()
    return float((genuine + others) / 2 / math.log(2))


def min_log_likelihood_cost(scores: Scores, same: Labels) -> float:
    """Cllr after the best monotone calibration (pool adjacent violators): what the order costs."""
    weights = np.where(same, 1 / same.sum(), 1 / (~same).sum())
    scores = np.asarray(scores, np.float64)
    steps = IsotonicRegression(y_min=1e-9, y_max=1 - 1e-9)
    odds = np.clip(steps.fit(scores, same, weights).predict(scores), 1e-9, 1 - 1e-9)
    return log_likelihood_cost(np.log(odds / (1 - odds)), same)


def wilson(errors: float, trials: int) -> list[float]:
    """The 95 % interval of a share (Wilson, 1927)."""
    z, share = 1.96, errors / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return [float(max(0.0, (centre - spread) / scale)), float(min(1.0, (centre + spread) / scale))]
