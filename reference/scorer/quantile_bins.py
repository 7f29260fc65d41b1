"""Bins of equal size, for so few loans that the best bins would be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from reference.scorer.fit import Bins, Column

MAX_BINS = 4
FEWEST = 10  # rows of a bin: fewer say nothing


class QuantileBinner:
    """A `Binner` that looks at no outcome: nothing is chosen, so nothing can be overfitted."""

    def __call__(self, columns: Sequence[Column]) -> Sequence[Bins]:
        """Quartiles of numbers, fewer where rows are few; words that are frequent, each alone."""
        return [_bounds(each) if each.kind == "number" else _groups(each) for each in columns]


def _bounds(column: Column) -> Bins:
    count = min(MAX_BINS, len(column.values) // FEWEST)
    if count < 2:
        return []
    values = np.array(column.values, float)
    bounds = {_short(bound) for bound in np.quantile(values, np.arange(1, count) / count)}
    return sorted(bound for bound in bounds if bound > values.min())


def _short(bound: float) -> float:
    """Three digits: a bound that a person can read, where the next loan lies elsewhere anyway."""
    return float(f"{bound:.3g}")


def _groups(column: Column) -> Bins:
    counted = Counter(str(value) for value in column.values)
    return [[word] for word, count in sorted(counted.items()) if count >= FEWEST]
