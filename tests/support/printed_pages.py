"""Pages with fields printed at known places, in the font that print is measured against."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.settings import ROOT
from ocr.document import REFERENCE_FONT
from ocr.extraction.values import Value
from ocr.geometry import Pixels
from ocr.preprocess.rectify import RectifiedPage
from ocr.recognition.line import Line

FONT = ROOT / "models" / REFERENCE_FONT
PAPER, INK = 236, 50
WORDS = "年月日"
BLANKS = str.maketrans(WORDS, "\u3000" * len(WORDS))


@dataclass(frozen=True)
class Print:
    """How a field is printed; `bolder` in px by which strokes grow.

    `words` is how a form prints 年, 月 and 日 of its own.
    """

    px: int = 36
    ink: int = INK
    bolder: int = 0
    paper: int = PAPER
    words: Print | None = None


def printed_page(
    texts: Mapping[str, str], odd: Mapping[str, Print] | None = None, plain: Print | None = None
) -> tuple[dict[str, Value], RectifiedPage]:
    """A page of fields, one a row; those in `odd` are printed otherwise."""
    image = Image.new("RGB", (900, 90 * len(texts) + 60), (PAPER,) * 3)
    draw = ImageDraw.Draw(image)
    values = {}
    for row, (name, text) in enumerate(texts.items()):
        how = (odd or {}).get(name) or plain or Print()
        values[name] = _field(draw, (60, 90 * row + 80), text, how)
    pixels = cv2.GaussianBlur(np.asarray(image), (0, 0), 0.9)
    return values, RectifiedPage(pixels, np.eye(3), 0, 40.0)


def lit(page: RectifiedPage, pixels: Pixels) -> RectifiedPage:
    """The page with other pixels."""
    return replace(page, pixels=pixels)


def _field(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, how: Print) -> Value:
    font = ImageFont.truetype(str(FONT), how.px)
    left, top, right, low = draw.textbbox(at, text, font, anchor="ls")
    if how.paper != PAPER:
        draw.rectangle((left - 8, top - 6, right + 8, low + 6), fill=(how.paper,) * 3)
    own = text.translate(BLANKS) if how.words else text
    draw.text(at, own, (how.ink,) * 3, font, anchor="ls", stroke_width=how.bolder)
    quad = (
        (left - 2.0, top - 2.0),
        (right + 2.0, top - 2.0),
        (right + 2.0, low + 2.0),
        (left - 2.0, low + 2.0),
    )
    width = right - left + 4
    ends = [font.getlength(text[:number]) for number in range(len(text) + 1)]
    if how.words:
        small = ImageFont.truetype(str(FONT), how.words.px)
        for word, end in zip(text, ends, strict=False):
            if word in WORDS:
                draw.text((at[0] + end, at[1]), word, (how.words.ink,) * 3, small, anchor="ls")
    places = tuple((2 + (a + b) / 2) / width for a, b in itertools.pairwise(ends))
    line = Line(text, quad, (0.99,) * len(text), places)
    return Value(text, (line,))
