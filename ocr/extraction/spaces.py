"""Where on a page the value of a label may stand that was not detected."""

from __future__ import annotations

import numpy as np

from ocr.extraction.labels import Label
from ocr.geometry import Quad


def space_beside(label: Label, heights: float) -> Quad:
    """The space to the right of a label, so many line heights long."""
    last = label.pieces[-1]
    gap = 0.25 * label.height
    left, right = last.right + gap, last.right + gap + heights * label.height
    grown = 0.1 * label.height
    top, bottom = last.top - grown, last.bottom + grown
    rise = last.slope * (right - left)
    return np.array(
        [[left, top], [right, top + rise], [right, bottom + rise], [left, bottom]], np.float64
    )


def space_below(label: Label) -> Quad:
    """The row under a label, a little wider than the label."""
    first, last = label.pieces[0], label.pieces[-1]
    height = label.height
    low, high = first.bottom + 0.15 * height, first.bottom + 1.55 * height
    right = last.right + 2.5 * height
    return np.array(
        [[first.left, low], [right, low], [right, high], [first.left, high]], np.float64
    )
