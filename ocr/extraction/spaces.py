"""Where on a page the value of a label may stand that was not detected."""

from __future__ import annotations

import numpy as np

from ocr.extraction.label import Label
from ocr.geometry import Quad

ROWS = (0.6, 0.45)  # of a label's height: that of a row of smaller print within it


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


def rows_beside(label: Label, heights: float) -> list[Quad]:
    """Parts of the space to the right of a label, so many of their heights long.

    A mark in larger print that is read with a label makes both higher than the value's own row:
    that is one of these, of about half of their height.
    """
    last = label.pieces[-1]
    rows = []
    for share in ROWS:
        height = share * label.height
        right = last.right + heights * height
        rise = last.slope * (right - last.right)
        for place in (0.0, 0.25, 0.5, 0.75, 1.0):
            top = last.top + place * (label.height - height)
            low = top + height
            corners = [
                [last.right, top],
                [right, top + rise],
                [right, low + rise],
                [last.right, low],
            ]
            rows.append(np.array(corners, np.float64))
    return rows


def space_below(label: Label) -> Quad:
    """The row under a label, a little wider than the label."""
    first, last = label.pieces[0], label.pieces[-1]
    height = label.height
    low, high = first.bottom + 0.15 * height, first.bottom + 1.55 * height
    right = last.right + 2.5 * height
    return np.array(
        [[first.left, low], [right, low], [right, high], [first.left, high]], np.float64
    )
