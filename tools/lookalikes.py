"""Find characters that look alike: `python tools/lookalikes.py > kyc/lists/names/lookalikes.toml`.

Every character of GB/T 2312 is drawn with a font, softened, and correlated with every other one.
Needs the font of `make models`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

Drawing = npt.NDArray[np.float32]

FONT = Path("models/demo/NotoSansSC.ttf")
SIZE_PX, MARGIN_PX, SOFTENED_PX = 40, 4, 1.0
NEAREST = 20  # so many are kept for each character
LEAST = 0.5  # correlation below which none is
FIRST_ROW, LAST_ROW = 0xB0, 0xF7  # of characters, in GB/T 2312

HEADER = """\
# Characters of GB/T 2312 that look like one another, most alike first.
# Made by `python tools/lookalikes.py`: glyphs of Noto Sans SC, softened, by their correlation.
"""


def main() -> None:
    """Print the table."""
    characters = _characters()
    alike = _correlations(characters)
    print(HEADER)
    for row, character in zip(alike, characters, strict=True):
        order = np.argsort(-row)
        near = [characters[at] for at in order[:NEAREST] if row[at] > LEAST]
        if near:
            print(f'"{character}" = "{"".join(near)}"')


def _characters() -> list[str]:
    found = []
    for high in range(FIRST_ROW, LAST_ROW + 1):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def _correlations(characters: list[str]) -> Drawing:
    font = ImageFont.truetype(FONT, SIZE_PX)
    drawn = np.array([_drawn(character, font) for character in characters], dtype=np.float32)
    alike: Drawing = drawn @ drawn.T
    np.fill_diagonal(alike, -1)
    return alike


def _drawn(character: str, font: ImageFont.FreeTypeFont) -> Drawing:
    side = SIZE_PX + 2 * MARGIN_PX
    image = Image.new("L", (side, side))
    ImageDraw.Draw(image).text((side // 2, side // 2), character, font=font, fill=255, anchor="mm")
    soft = gaussian_filter(np.asarray(image, dtype=float), SOFTENED_PX)
    centred = (soft - soft.mean()).ravel()
    drawing: Drawing = (centred / np.linalg.norm(centred)).astype(np.float32)
    return drawing


if __name__ == "__main__":
    main()
