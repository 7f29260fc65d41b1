"""Makes the pictures of the README from those of `make screenshots`: small, of few colours.

Steps stand side by side, since a phone's picture is narrow. `make pictures` writes
`docs/pictures/`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.settings import ROOT

SHOTS, PICTURES = ROOT / "build" / "screenshots", ROOT / "docs" / "pictures"
WIDTH, SPACE, GROUND = 400, 20, (226, 233, 232)  # px; of one step, and between two
COLOURS = 96
MAX_BYTES = 400_000  # of all pictures together


@dataclass(frozen=True)
class Picture:
    """Steps in one look, side by side."""

    name: str
    look: str
    steps: tuple[str, ...]
    height: int = 840  # px at most that are shown of a step


PICTURES_SHOWN = (
    Picture("papers", "phone-zh-CN-light", ("01-phone", "05-paper-live", "06-paper-again")),
    Picture(
        "voice-and-face",
        "phone-zh-CN-dark",
        ("08-digits-reading", "10-face-preview", "11-face-action"),
    ),
    Picture(
        "decision",
        "phone-en-light",
        ("12-result-checking", "13-result-again", "16-result-approved"),
    ),
    Picture("loan", "phone-zh-CN-light", ("17-wish", "18-offers", "20-acceptance"), 1120),
)


def main() -> int:
    """The exit status: 0 where all pictures together are small enough."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES_SHOWN:
        drawn(picture).save(PICTURES / f"{picture.name}.png", optimize=True)
    size = sum(path.stat().st_size for path in PICTURES.glob("*.png"))
    print(f"{PICTURES.relative_to(ROOT)}: {size} bytes")
    return 0 if size <= MAX_BYTES else 1


def drawn(picture: Picture) -> Image.Image:
    """The steps of a picture on one ground, from their tops, with few colours."""
    folder = SHOTS / picture.look
    shots = [_shot(folder / f"{step}.png", picture.height) for step in picture.steps]
    height = max(shot.height for shot in shots)
    sheet = Image.new("RGB", (len(shots) * (WIDTH + SPACE) + SPACE, height + 2 * SPACE), GROUND)
    for place, shot in enumerate(shots):
        sheet.paste(shot, (SPACE + place * (WIDTH + SPACE), SPACE))
    # By the greatest differences, not by area: small red marks keep their colour.
    return sheet.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def _shot(path: Path, height: int) -> Image.Image:
    with Image.open(path) as shot:
        size = (WIDTH, round(shot.height * WIDTH / shot.width))
        scaled = shot.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    return scaled.crop((0, 0, WIDTH, min(size[1], height)))


if __name__ == "__main__":
    sys.exit(main())
