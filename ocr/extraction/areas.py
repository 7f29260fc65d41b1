"""Parts of a sheet that show more than text: its colours, a card's portrait."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ocr.document_types import KEYWORDS, TITLE, DocumentType
from ocr.extraction.documents import ExtractedDocument
from ocr.extraction.values import Value
from ocr.geometry import Pixels
from ocr.preprocess.enhance import brightened

COLOURS_SIDE = 800  # px, twice the size at which colours are analysed (validation.recapture)


def coloured_part(
    document: ExtractedDocument, values: Mapping[str, Value], photo: Pixels
) -> Pixels:
    """The part of the sheet where its form has colours: its own text, seal and emblem.

    uint8 (height, width, 3), upright, made as bright as photos are in good light.
    """
    words = KEYWORDS[document.kind]
    own = [line for line in document.lines if any(word in line.text for word in words)]
    own += [line for value in values.values() for line in value.lines]
    corners = np.concatenate([np.array(line.quad) for line in own])
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    if document.kind is DocumentType.ID_BACK:  # the emblem stands left of the text (GA 448)
        left -= 0.3 * (right - left)
    for line in own:
        if TITLE in line.text:  # and above a licence's title
            top = min(top, line.top - 1.5 * line.height)
    return brightened(document.page.window(photo, (left, top), (right, bottom), COLOURS_SIDE))


def portrait_part(document: ExtractedDocument, photo: Pixels) -> Pixels:
    """Where a card's portrait is: right of the text, above the end of the number (GA 448).

    uint8 (height, width, 3), upright.
    """
    lines = document.lines
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    top, bottom = min(line.top for line in lines), max(line.top for line in lines)
    width, height = right - left, bottom - top
    low = (left + 0.45 * width, top - 0.2 * height)
    return document.page.window(photo, low, (right + 0.4 * width, bottom + 0.05 * height))
