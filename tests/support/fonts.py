"""A font with the letters that tests write, since a whole one takes half a second a document."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

from app.settings import ROOT

WHOLE = ROOT / "models" / "demo" / "NotoSansSC.ttf"
ROWS, CELLS = range(0xA1, 0xF8), range(0xA1, 0xFF)  # of GB 2312


@cache
def common_letters() -> Path:
    """A TrueType file with ASCII and the 7,445 letters of GB 2312; made once a process."""
    path = Path(tempfile.mkdtemp()) / "common.ttf"
    options = Options()
    font = load_font(WHOLE, options)
    subsetter = Subsetter(options)
    subsetter.populate(text=_ascii() + _gb_2312())
    subsetter.subset(font)
    save_font(font, path, options)
    return path


def _ascii() -> str:
    return "".join(map(chr, range(0x20, 0x7F)))


def _gb_2312() -> str:
    pairs = (bytes((row, cell)) for row in ROWS for cell in CELLS)
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
