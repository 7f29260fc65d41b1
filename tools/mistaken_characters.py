"""Find what the quick recogniser takes characters for that it does not know, and how certainly.

`python tools/mistaken_characters.py CHARACTERS.txt FONT...` prints `mistaken_characters.toml` of
`ocr/extraction`. The file has the 8,105 characters of 通用规范汉字表 (2013), which pypinyin-dict of
PyPI carries as `ktghz2013`. Fonts are those of Debian's fonts-noto-cjk, sans and serif, and of
fonts-lxgw-wenkai; others are for `kaihu evaluate rare`. To be done again when the recogniser
changes. Needs `make models`; takes ten minutes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import yaml
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr.geometry import Pixels
from ocr.recognition.engine import PaddleTextEngine

MODELS = Path("models")
SIMPLIFIED = 2  # of the fonts in a collection of Noto
SIZE_PX, MARGIN_PX = 40, 8
SOFTENED_PX = (0.0, 1.0)
BESIDE = (("市新", "餐饮"), ("李", "商贸"), ("县", "镇"))  # a firm's, a person's, a place's name
LEAST = 0.67  # probability below which a photo will not show a mistake as certain

HEADER = """\
# Characters for which the quick recogniser takes others that it does not know: the greatest
# probability with which it does, and the others. By `python tools/mistaken_characters.py` from the
# characters of 通用规范汉字表 (2013), drawn in Noto Sans and Serif and LXGW WenKai, sharp and soft.
"""


def main() -> None:
    """Print the table."""
    standard = dict.fromkeys("".join(Path(sys.argv[1]).read_text("utf-8").split()))
    fonts = [_font(path) for path in sys.argv[2:]]
    engine = PaddleTextEngine(MODELS / "ocr")
    known = _known()
    highest: dict[str, float] = defaultdict(float)
    unknown: dict[str, dict[str, None]] = defaultdict(dict)
    for character in standard:
        if character in known:
            continue
        for before, after, picture in _drawn(character, fonts):
            (reading,) = engine.read([picture], quick=True)
            at, text = len(before), reading.text
            if text != f"{before}{text[at : at + 1]}{after}":
                continue  # left out, or read as several
            if reading.confidences[at] >= LEAST:
                highest[text[at]] = max(highest[text[at]], reading.confidences[at])
                unknown[text[at]][character] = None
    print(HEADER)
    for taken in sorted(highest):
        print(f'"{taken}" = [{highest[taken]:.5f}, "{"".join(unknown[taken])}"]')


def _font(path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, SIZE_PX, index=SIMPLIFIED if path.endswith(".ttc") else 0)


def _known() -> frozenset[str]:
    described = yaml.safe_load((MODELS / "ocr" / "quick_rec" / "inference.yml").read_bytes())
    return frozenset(described["PostProcess"]["character_dict"])


def _drawn(
    character: str, fonts: Sequence[ImageFont.FreeTypeFont]
) -> Iterator[tuple[str, str, Pixels]]:
    """Lines with a character in them: what stands before and after it, and the picture."""
    with_it = [font for font in fonts if bytes(font.getmask(character)) != _missing(font)]
    for font, (before, after) in product(with_it, BESIDE):
        text = f"{before}{character}{after}"
        size = (len(text) * SIZE_PX + 2 * MARGIN_PX, SIZE_PX + 2 * MARGIN_PX)
        image = Image.new("RGB", size, (250, 250, 250))
        middle = (MARGIN_PX, size[1] // 2)
        ImageDraw.Draw(image).text(middle, text, font=font, fill=(30, 30, 30), anchor="lm")
        for softened in SOFTENED_PX:
            yield before, after, np.asarray(image.filter(ImageFilter.GaussianBlur(softened)))


@cache
def _missing(font: ImageFont.FreeTypeFont) -> bytes:
    """What a font draws for a character that it lacks."""
    return bytes(font.getmask("\uffff"))


if __name__ == "__main__":
    main()
