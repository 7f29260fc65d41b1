"""Chinese fonts that papers and forgeries are drawn in: some to fit with, others to tell with.

They come from packages of Debian (`apt-get install` with the names of `PACKAGES`) and are searched
for where the XDG base directory specification says.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

PACKAGES = (
    "fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-arphic-ukai fonts-arphic-uming"
    " fonts-cns11643-sung fonts-lxgw-wenkai fonts-noto-cjk fonts-wqy-microhei fonts-wqy-zenhei"
)
FITTING = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJK-Bold.ttc",
    "gbsn00lp.ttf",
    "gkai00mp.ttf",
    "uming.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "LXGWWenKai-Regular.ttf",
)
TELLING = (
    "ukai.ttc",
    "TW-Sung-98_1.ttf",
    "LXGWWenKai-Bold.ttf",
    "LXGWWenKai-Light.ttf",
)


class FontMissing(Exception):
    """A font is not installed; the message says which, and the packages that have them."""


def installed(names: Sequence[str]) -> list[Path]:
    """The files of fonts. Raises FontMissing."""
    folders = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    found = {
        path.name: path for folder in folders for path in sorted(Path(folder, "fonts").rglob("*.*"))
    }
    for name in names:
        if name not in found:
            raise FontMissing(f"{name} is not installed: apt-get install {PACKAGES}")
    return [found[name] for name in names]
