"""Fields that were not printed with the others: another font, weight, size, ink or paper.

One printer prints all fields of a sheet in one go, and one camera takes them all. Text that was put
in later differs from its neighbours in its strokes, its size, its ink, its sharpness, or in the
paper that came with it. Nothing but paper with edges decides alone: glare lightens, curl bends,
blur is local. Each difference counts by the logarithm of a heavy-tailed likelihood, so that one
wild measure cannot outvote the others; their weighted sum is the log-odds that a line was edited.

Noise that does not fit as a sign of splicing: Mahdian and Saic, "Using noise inconsistencies for
blind image forensics" (Image and Vision Computing, 2009). Sizes and shapes of characters that do
not fit: Bertrand et al., "A system based on intrinsic features for fraudulent document detection"
(ICDAR, 2013).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.reasons import Reason
from ocr.document_types import DocumentType
from ocr.extraction.values import Value
from ocr.preprocess.rectify import RectifiedPage
from ocr.validation.differences import MEASURES, TERMS, Difference, field_differences
from ocr.validation.flags import Flag
from ocr.validation.prints import Reference


@dataclass(frozen=True)
class TamperingRules:
    """From what difference on a field counts as not printed with the others; from the policy.

    `usual` is by how much a genuine field differs from its sheet's others (standard deviation), by
    measure of `MEASURES`; `weights` what a term of `TERMS` counts, added to `offset` as log-odds.
    Fields of at least `min_score` are flagged unless they are more than `max_share` of those that
    were compared: then the sheet or the photo is uneven. Nothing is flagged where fewer than
    `min_fields` show their print, and no field that differs in height by more than `max_height`
    (two lines taken for one), whose ink is lighter by more than `max_lighter` (glare), or around
    which the paper's light varies by more than `max_uneven` (the edge of a shadow, of glare, a
    finger), all logarithms.
    """

    usual: Mapping[str, float]
    weights: Mapping[str, float]
    offset: float
    min_score: float
    max_share: float
    max_height: float
    max_lighter: float
    max_uneven: float
    min_fields: int

    def can_judge(self, difference: Difference) -> bool:
        """Whether a field shows enough to be compared."""
        return (
            abs(difference.of("height")) <= self.max_height
            and -difference.of("darkness") <= self.max_lighter
            and difference.uneven <= self.max_uneven
        )


def tampering_flags(
    kind: DocumentType,
    values: Mapping[str, Value],
    page: RectifiedPage,
    rules: TamperingRules,
    reference: Reference,
) -> list[Flag]:
    """`edited` with each field that differs, where it is and by how much.

    The first line of a field stands for it.
    """
    differences = field_differences(kind, values, page, reference, rules.min_fields)
    most: dict[str, tuple[float, int]] = {}
    for (name, number), one in differences.items():
        if rules.can_judge(one):
            most[name] = max(most.get(name, (-np.inf, 0)), (score(one, rules), number))
    flags = []
    for name, (reached, number) in most.items():
        if reached >= rules.min_score:
            region = page.in_photo(values[name].lines[number].quad)
            measures = {"log_odds": round(reached, 2), **differences[name, number].measures()}
            flags.append(Flag(Reason.EDITED, name, region, measures))
    compared = {name for name, _number in differences}
    return flags if len(flags) <= rules.max_share * len(compared) else []


def score(difference: Difference, rules: TamperingRules) -> float:
    """Log-odds that a field was edited."""
    usual = np.array([rules.usual[name] for name in MEASURES])
    weights = np.array([rules.weights[name] for name in TERMS])
    return float(rules.offset + weights @ difference.unusual(usual))
