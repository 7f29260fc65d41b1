"""What other stages may ask of recognition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ocr.geometry import Pixels, Quad
from ocr.recognition.line import Line, Reading


class TextEngine(Protocol):
    """Detects and recognises text in pixels. One call at a time."""

    def overview(self, photo: Pixels) -> list[Quad]:
        """Roughly where text is in a whole photo, uint8 (height, width, 3)."""

    def overview_resolves(self, photo: Pixels, print_px: float) -> bool:
        """Whether `overview` detects print of this height, photo pixels, well enough to read it."""

    def detect(self, page: Pixels, print_px: float | None) -> list[Quad]:
        """Where text is on an upright page without colour, uint8 (height, width, 3).

        The page is analysed as small as its small print, `print_px` high, allows; None for print
        of any height.
        """

    def downscales(self, page: Pixels, print_px: float) -> bool:
        """Whether `detect` analyses a page of such print smaller than it could."""

    def read(
        self, crops: Sequence[Pixels], *, quick: bool = False, alphabet: str | None = None
    ) -> list[Reading]:
        """The text of each crop, `quick` or accurately.

        Of an `alphabet`, only its characters are considered.
        """


class TextReader(Protocol):
    """Reads regions of one page again, for values that its lines lack or that are doubtful."""

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        """The lines inside the quads, page pixels; quads without text give none."""

    def attempts(self, quad: Quad, alphabet: str) -> list[Line]:
        """A line read several times: taller, lower, and with its light evened."""

    def under_seal(self, quad: Quad, alphabet: str) -> list[Line]:
        """A line read several times without the red seal over it; empty where there is none."""

    def seal_letters(self, region: Quad) -> list[Line]:
        """The letters around a red seal in an upright region, read several times.

        Empty where there is no seal, or nothing is printed across its upper half.
        """
