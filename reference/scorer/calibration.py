"""From the log-odds that a card gives to probabilities that come true. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from reference.scorer.card import Calibration, Card
from reference.scorer.tables import Table

UNCALIBRATED = Calibration(intercept=0.0, slope=1.0)
FLATTEST = 1e-3  # more odds of default never become fewer
Numbers = npt.NDArray[np.float64]
Outcomes = npt.NDArray[np.int_]


def recalibrated(log_odds: Numbers, defaults: Outcomes) -> Calibration:
    """What maps log-odds of default, not calibrated, to those that were seen (Platt, 1999)."""
    fitted = LogisticRegression(C=1e6).fit(log_odds[:, None], defaults)
    slope = max(float(fitted.coef_[0, 0]), FLATTEST)
    return Calibration(intercept=float(fitted.intercept_[0]), slope=slope)


def calibrated(calibration: Calibration, log_odds: Numbers) -> Numbers:
    """Probabilities of default."""
    return np.asarray(1 / (1 + np.exp(-calibration.intercept - calibration.slope * log_odds)))


def log_odds_of(card: Card, table: Table) -> Numbers:
    """The log-odds of default that a card gives each row, before its calibration."""
    plain = card.model_copy(update={"calibration": UNCALIBRATED})
    said = np.array([plain.assess(table.row(at)).pd_12m for at in range(len(table.defaults))])
    return np.asarray(np.log(said / (1 - said)))
