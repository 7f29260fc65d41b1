"""What a recogniser reads in a crop, and a line of text on a page made of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

import numpy as np

from ocr.geometry import Corners, Quad


@dataclass(frozen=True)
class Reading:
    """The text of a crop.

    For each character, `confidences` has the network's probability, 0..1, and `places` where its
    middle is, as a share of the crop's width.
    """

    text: str
    confidences: tuple[float, ...]
    places: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """Mean over the characters, 0..1; 0 where none was read."""
        return float(np.mean(self.confidences)) if self.confidences else 0.0


@dataclass(frozen=True)
class Line:
    """One line of text on a page.

    `quad` in page pixels, from the text's top left clockwise; for each character `confidences` has
    the recogniser's probability and `places` its middle, as a share of the line's width.
    """

    text: str
    quad: Corners
    confidences: tuple[float, ...] = ()
    places: tuple[float, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean over the characters, 0..1; 0 where none was read."""
        return float(np.mean(self.confidences)) if self.confidences else 0.0

    @property
    def left(self) -> float:
        """Page pixels, as the following."""
        return (self.quad[0][0] + self.quad[3][0]) / 2

    @property
    def right(self) -> float:
        """Its right end."""
        return (self.quad[1][0] + self.quad[2][0]) / 2

    @property
    def top(self) -> float:
        """The middle of its upper edge."""
        return (self.quad[0][1] + self.quad[1][1]) / 2

    @property
    def bottom(self) -> float:
        """The middle of its lower edge."""
        return (self.quad[2][1] + self.quad[3][1]) / 2

    @property
    def height(self) -> float:
        """From its upper to its lower edge."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Halfway between its upper and its lower edge."""
        return (self.top + self.bottom) / 2

    @property
    def slope(self) -> float:
        """Rise of the line over its run: curled paper leaves each line a slope of its own."""
        run = self.right - self.left
        if run < 3 * self.height:
            return 0.0
        (_, top), (_, end), (_, low), (_, start) = self.quad
        return ((end - top) + (low - start)) / 2 / run

    def middle_at(self, x: float) -> float:
        """How high the line's middle would run at `x`."""
        return self.middle + self.slope * (x - (self.left + self.right) / 2)

    def part(self, start: int, end: int | None = None) -> Line:
        """The line of its characters from `start` on, up to `end`."""
        end = len(self.text) if end is None else end
        edges = self._edges()
        return self._cut(start, end, edges[start], edges[end])

    def ending_with_text(self) -> Line:
        """The line without the space behind its last character, where more was looked for."""
        if len(self.places) < 2:
            return self
        step = float(np.median(np.diff(self.places)))
        return self._cut(0, len(self.text), 0.0, min(1.0, self.places[-1] + step))

    def _cut(self, start: int, end: int, low: float, high: float) -> Line:
        """Some of its characters, between two shares of its width."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.quad
        quad = (
            (x0 + (x1 - x0) * low, y0 + (y1 - y0) * low),
            (x0 + (x1 - x0) * high, y0 + (y1 - y0) * high),
            (x3 + (x2 - x3) * high, y3 + (y2 - y3) * high),
            (x3 + (x2 - x3) * low, y3 + (y2 - y3) * low),
        )
        span = max(high - low, 1e-6)
        places = tuple((place - low) / span for place in self.places[start:end])
        return Line(self.text[start:end], quad, self.confidences[start:end], places)

    def until(self, right: float) -> Line:
        """The line stretched or cut to end at `right`."""
        (x0, y0), (_, y1), (_, y2), (x3, y3) = self.quad
        return replace(self, quad=((x0, y0), (right, y1), (right, y2), (x3, y3)))

    def _edges(self) -> list[float]:
        """Where each character begins, as a share of the width, and where the last one ends."""
        count = len(self.text)
        if len(self.places) != count:
            return [k / max(count, 1) for k in range(count + 1)]
        typical = min(1.0 / max(count, 1), self.height / max(self.right - self.left, 1.0)) / 2
        begins = [
            max(p - typical, (q + p) / 2)
            for q, p in zip((0.0, *self.places), self.places, strict=False)
        ]
        return [0.0, *begins[1:], 1.0] if count else [0.0]


def line_of(reading: Reading, quad: Quad) -> Line:
    """A reading as a line: full-width forms made narrow, white space removed."""
    letters = [
        (letter, confidence, place)
        for character, confidence, place in zip(
            reading.text, reading.confidences, reading.places, strict=True
        )
        for letter in narrow(character)
    ]
    corners = tuple((float(x), float(y)) for x, y in quad)
    return Line(
        text="".join(letter for letter, _, _ in letters),
        quad=corners,
        confidences=tuple(confidence for _, confidence, _ in letters),
        places=tuple(place for _, _, place in letters),
    )


def narrow(text: str) -> str:
    """Full-width forms made narrow (Unicode NFKC), white space removed."""
    return "".join(unicodedata.normalize("NFKC", text).split())
