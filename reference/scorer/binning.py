"""Bins of columns, by optbinning; for the environment of fitting (`make fit-env`), and it alone.

`python -m reference.scorer.binning` reads a list of columns as JSON and writes a list of bins. It
is a process of its own because optbinning wants another protobuf than the product has.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from optbinning import OptimalBinning

SMALLEST_BIN, MAX_BINS = 0.05, 6  # share of the rows; Siddiqi (2006) has the same
FEWEST = 10  # rows of a bin: fewer say nothing
RARE = 0.02  # share of the rows below which words are one group
TRENDS = {"rising": "descending", "falling": "ascending", "any": "auto_asc_desc"}  # of defaults


def bins_of(column: Mapping[str, Any]) -> Sequence[object]:
    """Bounds of a number's bins, or groups of words; `column` has kind, trend, values, defaults."""
    values, defaults = np.array(column["values"]), np.array(column["defaults"])
    smallest = min(max(SMALLEST_BIN, FEWEST / len(values)), 0.5)
    if column["kind"] == "number":
        binning = OptimalBinning(
            dtype="numerical",
            monotonic_trend=TRENDS[column["trend"]],
            max_n_bins=MAX_BINS,
            min_bin_size=smallest,
        )
        return [float(bound) for bound in binning.fit(values, defaults).splits]
    binning = OptimalBinning(
        dtype="categorical", max_n_bins=MAX_BINS, min_bin_size=smallest, cat_cutoff=RARE
    )
    return [[str(word) for word in group] for group in binning.fit(values, defaults).splits]


if __name__ == "__main__":
    json.dump([bins_of(column) for column in json.load(sys.stdin)], sys.stdout)
