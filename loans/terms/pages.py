"""Pages of Chinese text and tables as a PDF: A4, numbered, the same bytes for the same content.

`fpdf2` takes more than a second to import: import this module only where a PDF is made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TextMode, XPos, YPos
from fpdf.fonts import TTFFont

from core.clock import CHINA

FAMILY = "contract"
MARGIN_MM, WIDTH_MM, BOTTOM_MM = 22.0, 166.0, 20.0
TITLE_PT, HEADING_PT, BODY_PT, TABLE_PT, FOOT_PT = 18.0, 11.0, 10.0, 9.0, 8.0
LINE_MM, ROW_MM = 5.6, 6.6
BOLD_MM_A_POINT = 0.006  # stroke about the letters: the font has one weight
INDENT = "　　"
GREY, PALE, INK = 110, 242, 20
# A line neither begins with what closes nor ends with what opens (避头尾, GB/T 15834).
_CLOSING, _OPENING = "，。、；：？！）》」』”%", "（《「『“"
_WORD = re.compile(r"[A-Za-z0-9.,:/@+%-]+|.")


class LetterMissing(Exception):
    """The font has no such letter: what is printed would not say what was meant."""


class Pages:
    """Text and tables from top to bottom. The foot has a line of its own and the page's number."""

    def __init__(self, font: Path, foot: str, made_at: datetime) -> None:
        """Raises FileNotFoundError for the font, ValueError for a naive moment."""
        if made_at.tzinfo is None:
            raise ValueError("naive datetime")
        self._pdf = _Numbered(foot)
        self._pdf.set_creation_date(made_at.astimezone(CHINA))
        self._pdf.set_lang("zh-CN")
        self._pdf.set_margins(MARGIN_MM, MARGIN_MM)
        self._pdf.set_auto_page_break(auto=True, margin=BOTTOM_MM)
        self._pdf.add_font(FAMILY, "", font)
        self._pdf.set_text_color(INK)
        self._pdf.add_page()

    def content(self) -> bytes:
        """The PDF. Nothing can be added after it. Raises `LetterMissing`."""
        content = bytes(self._pdf.output())
        font = self._pdf.fonts[FAMILY]
        if isinstance(font, TTFFont) and font.missing_glyphs:
            raise LetterMissing(" ".join(f"U+{code:04X}" for code in font.missing_glyphs))
        return content

    def new_page(self) -> None:
        """Begin another page."""
        self._pdf.add_page()

    def title(self, text: str) -> None:
        """A title in the middle."""
        self._pdf.set_title(self._pdf.title or text)
        self._bold(TITLE_PT, text, align="C", height=12)
        self._pdf.ln(3)

    def heading(self, text: str) -> None:
        """A heading that stands with at least two lines below it."""
        if self._pdf.will_page_break(3 * LINE_MM):
            self._pdf.add_page()
        self._pdf.ln(1.5)
        self._bold(HEADING_PT, text, height=LINE_MM + 1)

    def paragraph(self, text: str, indent: str = INDENT) -> None:
        """Wrapped text."""
        self._pdf.set_font(FAMILY, size=BODY_PT)
        for line in self._lines(indent + text, WIDTH_MM):
            self._line(line, LINE_MM)

    def small(self, text: str, align: str = "L") -> None:
        """A grey line."""
        self._pdf.set_font(FAMILY, size=FOOT_PT)
        self._pdf.set_text_color(GREY)
        self._line(text, LINE_MM, align)
        self._pdf.set_text_color(INK)

    def facts(self, rows: Sequence[tuple[str, str]], label_mm: float = 52.0) -> None:
        """Two columns: labels on grey, values."""
        self._pdf.set_font(FAMILY, size=TABLE_PT)
        for label, value in rows:
            self._row((label, value), (label_mm, WIDTH_MM - label_mm), right=(), shaded=(0,))
        self._pdf.ln(3)

    def table(
        self,
        heading: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        right: Sequence[int] = (),
        emphasised: int = 0,
    ) -> None:
        """A table with its heading again on each page.

        `widths` are shares, `right` the columns of numbers, `emphasised` rows at the end on grey.
        """
        shares = [WIDTH_MM * width / sum(widths) for width in widths]
        every = range(len(heading))
        self._pdf.set_font(FAMILY, size=TABLE_PT)
        self._row(heading, shares, right, shaded=every)
        for number, cells in enumerate(rows):
            if self._pdf.will_page_break(ROW_MM * 2):
                self._pdf.add_page()
                self._pdf.set_font(FAMILY, size=TABLE_PT)
                self._row(heading, shares, right, shaded=every)
            last = number >= len(rows) - emphasised
            self._row(cells, shares, right, shaded=every if last else ())
        self._pdf.ln(3)

    def columns(self, left: Sequence[str], right: Sequence[str]) -> None:
        """Two blocks side by side, kept on one page: who signs."""
        height = LINE_MM + 1.2
        if self._pdf.will_page_break(height * (max(len(left), len(right)) + 1)):
            self._pdf.add_page()
        self._pdf.ln(4)
        self._pdf.set_font(FAMILY, size=BODY_PT)
        top = self._pdf.get_y()
        for column, lines in enumerate((left, right)):
            for number, line in enumerate(lines):
                self._pdf.set_xy(MARGIN_MM + column * WIDTH_MM / 2, top + number * height)
                self._pdf.cell(WIDTH_MM / 2, height, line)
        self._pdf.set_y(top + max(len(left), len(right)) * height)

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        right: Sequence[int],
        shaded: Sequence[int],
    ) -> None:
        """One row, as high as its longest cell needs."""
        pad = 2.2
        wrapped = [
            self._lines(cell, width - 2 * pad) for cell, width in zip(cells, widths, strict=True)
        ]
        line = LINE_MM - 0.8
        height = max(ROW_MM, max(len(lines) for lines in wrapped) * line + 1.6)
        if self._pdf.will_page_break(height):
            self._pdf.add_page()
            self._pdf.set_font(FAMILY, size=TABLE_PT)
        x, top = MARGIN_MM, self._pdf.get_y()
        self._pdf.set_draw_color(170)
        self._pdf.set_fill_color(PALE)
        for column, (lines, width) in enumerate(zip(wrapped, widths, strict=True)):
            self._pdf.rect(x, top, width, height, style="DF" if column in shaded else "D")
            first = top + (height - len(lines) * line) / 2
            for number, text in enumerate(lines):
                self._pdf.set_xy(x + pad, first + number * line)
                align = "R" if column in right else "L"
                self._pdf.cell(width - 2 * pad, line, text, align=align)
            x += width
        self._pdf.set_xy(MARGIN_MM, top + height)

    def _bold(self, points: float, text: str, height: float, align: str = "L") -> None:
        self._pdf.set_font(FAMILY, size=points)
        with self._pdf.local_context(
            text_mode=TextMode.FILL_STROKE, line_width=points * BOLD_MM_A_POINT, draw_color=INK
        ):
            self._line(text, height, align)

    def _line(self, text: str, height: float, align: str = "L") -> None:
        self._pdf.cell(WIDTH_MM, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _lines(self, text: str, width: float) -> list[str]:
        """Text broken between Chinese letters and between words, punctuation kept with its word."""
        room = width - 2 * self._pdf.c_margin
        lines, line, used = [], "", 0.0
        for part in _unbroken(text):
            wide = self._pdf.get_string_width(part)
            if line and used + wide > room:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + part, used + wide
        return [*lines, line]


class _Numbered(FPDF):
    """An A4 document whose foot says what it is and which page."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(FAMILY, size=FOOT_PT)
        self.set_text_color(GREY)
        self.cell(WIDTH_MM / 2, 6, self._foot)
        self.cell(WIDTH_MM / 2, 6, f"第 {self.page_no()} 页，共 {{nb}} 页", align="R")
        self.set_text_color(INK)


def _unbroken(text: str) -> list[str]:
    """Parts of a text between which a line may end."""
    parts: list[str] = []
    for word in _WORD.findall(text):
        follows = parts and (word in _CLOSING or parts[-1][-1] in _OPENING)
        if follows:
            parts[-1] += word
        else:
            parts.append(word)
    return parts
