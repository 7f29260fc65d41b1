"""A share of cases as figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluation.rates import wilson
from evaluation.report import Figures


def share_figures(name: str, cases: Sequence[bool]) -> Figures:
    """The share of cases that are true, their number (`.n`), its 95 % interval (`.ci95`)."""
    return {
        name: float(np.mean(cases)),
        f"{name}.n": len(cases),
        f"{name}.ci95": wilson(sum(cases), len(cases)),
    }
