"""`kaihu calibrate edits`: what genuine fields differ by, and what each difference counts.

Fitted on drawn sheets and on every second sheet of the shared set (`evaluation.edited_photos`);
what the weights reach elsewhere is `kaihu evaluate edits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from core.policy import Policy
from evaluation.documents import NAMES
from evaluation.edited_photos import FITTED
from evaluation.edits import photos_of
from evaluation.fonts import FontMissing
from evaluation.report import Figures, not_measured
from kyc.policy import DocumentPolicy
from ocr.document import DocumentReader
from ocr.validation.differences import MEASURES, NORMAL, TERMS, Difference, field_differences

EACH = 12
PENALTY = 0.3  # inverse of the strength by which weights are held small
MOST_LIGHTER = 0.73  # set by hand: fitted freely it flags honest photos of the shared set
LEAST = 1e-4

Floats = NDArray[np.float64]


def calibrate_edits(data: Path, models: Path, policy: Policy) -> Figures:
    """`usual.<measure>`, `weights.<term>` and `offset` for `[documents.tampering]`."""
    try:
        fields = list(_fields(data, models, policy))
    except FontMissing as error:
        return not_measured(str(error), "offset")
    edited = np.array([one for _, one in fields])
    usual = usual_differences([difference for difference, one in fields if not one])
    terms = np.array([difference.unusual(usual) for difference, _ in fields])
    weights, offset = fitted_weights(terms, edited)
    return {
        "fields": len(edited),
        "edited": int(edited.sum()),
        **{f"usual.{name}": float(one) for name, one in zip(MEASURES, usual, strict=True)},
        **{f"weights.{name}": float(one) for name, one in zip(TERMS, weights, strict=True)},
        "offset": offset,
    }


def _fields(data: Path, models: Path, policy: Policy) -> Iterator[tuple[Difference, bool]]:
    """Every line that can be compared, and whether it was changed, as only first lines are."""
    rules = policy.section(DocumentPolicy).rules
    reader = DocumentReader(models, rules)
    for photo in photos_of(FITTED, data, models, policy, EACH):
        documents = [one for one in reader.extract(photo.pixels) if one.kind is photo.kind]
        changed = NAMES.get(photo.edited or "", photo.edited)
        for one in documents[:1]:
            found = field_differences(
                one.kind, one.values, one.page, reader.reference, rules.tampering.min_fields
            )
            for (name, number), difference in found.items():
                if rules.tampering.can_judge(difference):
                    yield difference, name == changed and number == 0


def usual_differences(genuine: list[Difference]) -> Floats:
    """By measure, the standard deviation of genuine fields, robust against the few wild ones."""
    values = np.abs([difference.values for difference in genuine])
    measured = np.where(values > 0, values, np.nan)  # 0 is what could not be measured
    return np.asarray(np.maximum(NORMAL * np.nanmedian(measured, axis=0), LEAST))


def fitted_weights(terms: Floats, edited: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights from 0 and the offset of a logistic regression, classes counting alike.

    No difference makes a field less likely to be edited, and ink that is lighter counts no more
    than `MOST_LIGHTER`.
    """
    sign = np.where(edited, 1.0, -1.0)
    share = len(edited) / 2 / np.where(edited, edited.sum(), (~edited).sum())

    def loss(solution: Floats) -> tuple[float, Floats]:
        weights, offset = solution[:-1], solution[-1]
        agreed = sign * (terms @ weights + offset)
        slope = -share * sign * expit(-agreed)
        whole = share @ np.logaddexp(0, -agreed) + weights @ weights / (2 * PENALTY)
        return float(whole), np.append(terms.T @ slope + weights / PENALTY, slope.sum())

    most = [MOST_LIGHTER if name == "lighter" else None for name in TERMS]
    found = minimize(
        loss,
        np.zeros(terms.shape[1] + 1),
        jac=True,
        bounds=[*((0.0, one) for one in most), (None, None)],
        method="L-BFGS-B",
    )
    return found.x[:-1], float(found.x[-1])
