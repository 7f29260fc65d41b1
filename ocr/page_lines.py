"""The lines of any sheet of print, for papers whose fields others find."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.geometry import Pixels
from ocr.preprocess.rectify import RectifiedPage, rectify
from ocr.recognition.line import Line
from ocr.recognition.page_reader import PageReader
from ocr.recognition.protocols import TextEngine


def page_lines(photo: Pixels, engine: TextEngine) -> Sequence[Sequence[Line]]:
    """The lines of each sheet in a photo, uint8 (height, width, 3), the topmost sheet first.

    Each sheet is laid level first; lines have their places on it. Small print is read on the sheet
    at its full size.
    """
    reader = PageReader(engine)
    pages = sorted(rectify(photo, engine), key=_middle)
    return [reader.read(page, full_size=True).lines for page in pages]


def _middle(page: RectifiedPage) -> float:
    """How far down in the photo the sheet's middle is."""
    height, width = page.pixels.shape[:2]
    return page.in_photo(((width / 2, height / 2),))[0][1]
