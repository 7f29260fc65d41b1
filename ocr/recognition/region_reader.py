"""Reads regions of a prepared page; extraction is given it as a `TextReader`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.document_types import is_boilerplate
from ocr.geometry import LazyPixels, Pixels, Quad, crop_quad
from ocr.preprocess.enhance import even_paper, has_seal, red_channel
from ocr.preprocess.seal import find_seal, is_printed_across, unrolled, without_seal
from ocr.recognition.doubtful import read_doubtful
from ocr.recognition.line import Line, Reading, line_of
from ocr.recognition.protocols import TextEngine
from ocr.recognition.quads import grown, with_ends

CONFIDENT = 0.9  # every character of a line: then the quick recogniser is believed
AROUND = 4.0  # line heights around a line in which the seal's own colour is looked for
GROWTHS = (0.0, 0.12, -0.08)  # of a line's height, above and below, for further attempts


class RegionReader:
    """Reads regions of one page, uint8 (height, width, 3), bright and without watermark.

    `even` is the same page with its light evened.
    """

    def __init__(self, pixels: Pixels, even: LazyPixels, engine: TextEngine) -> None:
        self._pixels = pixels
        self._even = even
        self._engine = engine

    def skim(self, quads: Sequence[Quad]) -> list[Line]:
        """The lines in the quads, by the quick recogniser; doubtful ones that matter accurately.

        A quad without text gives a line without text.
        """
        longer = [with_ends(quad, quads) for quad in quads]
        crops = [crop_quad(self._pixels, quad) for quad in longer]
        readings = self._engine.read(crops, quick=True)
        lines = []
        for reading, crop, quad in zip(readings, crops, longer, strict=True):
            line = line_of(reading, quad)
            if min(line.confidences, default=0.0) < CONFIDENT and not is_boilerplate(line.text):
                line = self._again(reading, crop, quad)
            lines.append(line)
        return lines

    def _again(self, reading: Reading, crop: Pixels, quad: Quad) -> Line:
        """A line whose quick reading is doubtful: its doubtful characters, or all of it."""
        parts = None if has_seal(crop) else read_doubtful(reading, crop, self._read_one, CONFIDENT)
        return self._accurately(crop, quad) if parts is None else line_of(parts, quad)

    def _read_one(self, crop: Pixels) -> Reading:
        (reading,) = self._engine.read([crop])
        return reading

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        """The lines inside the quads, page pixels; quads without text give none."""
        longer = [with_ends(quad, quads) for quad in quads]
        lines = [self._accurately(crop_quad(self._pixels, q), q, alphabet) for q in longer]
        return [line for line in lines if line.text]

    def attempts(self, quad: Quad, alphabet: str) -> list[Line]:
        """A line read several times: taller, lower, and with its light evened."""
        lines = []
        for growth in GROWTHS:
            region = grown(quad, growth)
            for pixels in (self._pixels, self._even()):
                (reading,) = self._engine.read([crop_quad(pixels, region)], alphabet=alphabet)
                lines.append(line_of(reading, region))
        return lines

    def under_seal(self, quad: Quad, alphabet: str) -> list[Line]:
        """A line read several times without the red seal over it; empty where there is none."""
        height = float(np.linalg.norm(quad[3] - quad[0]))
        low = np.maximum(quad.min(0) - AROUND * height, 0).astype(int)
        high = (quad.max(0) + AROUND * height).astype(int)
        window = self._pixels[low[1] : high[1], low[0] : high[0]]
        bare = without_seal(window, height) if window.size else None
        if bare is None:
            return []
        regions = [grown(quad, growth) for growth in GROWTHS]
        crops = [crop_quad(bare, region - low) for region in regions]
        readings = self._engine.read(crops, alphabet=alphabet)
        return [line_of(one, quad) for one, quad in zip(readings, regions, strict=True)]

    def seal_letters(self, region: Quad) -> list[Line]:
        """The letters around a red seal in an upright region, read several times.

        Empty where there is no seal, or nothing is printed across its upper half.
        """
        low, high = np.maximum(region.min(0), 0).astype(int), region.max(0).astype(int)
        window = self._pixels[low[1] : high[1], low[0] : high[0]]
        seal = find_seal(window) if window.size else None
        if seal is None:
            return []
        strip = unrolled(window, seal)
        if not is_printed_across(strip):
            return []
        crops = [strip, even_paper(strip[..., 1])]  # red ink is darkest in green
        quad = np.array(seal.corners) + low
        return [line_of(reading, quad) for reading in self._engine.read(crops)]

    def _accurately(self, crop: Pixels, quad: Quad, alphabet: str | None = None) -> Line:
        crops = [crop, red_channel(crop)] if has_seal(crop) else [crop]
        readings = self._engine.read(crops, alphabet=alphabet)
        return line_of(max(readings, key=lambda reading: reading.confidence), quad)
