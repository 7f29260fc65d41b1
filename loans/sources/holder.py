"""Whether a name as a statement prints it is one of the owner's. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MASKS = "＊×●"  # beside the star
_BETWEEN = re.compile(r"[\s·•()()\[\]【】]+")
_DIGITS = re.compile(r"[0-9]+")  # of an account or a card, behind the name


def names_somebody(printed: str | None) -> bool:
    """Whether what is printed shows a letter of a name; numbers and masks show none."""
    return bool(_plain(printed or "").replace("*", ""))


def is_holder(printed: str, names: Collection[str]) -> bool:
    """Whether a printed name may be one of `names`.

    Publishers mask characters of a name (`*伟`, `张*`): a mask stands for one character or more.
    A name that is masked whole may be anybody's; `names_somebody` tells it. A number is no name.
    """
    wanted = _plain(printed)
    if not wanted:
        return False
    parts = re.findall(r"\*+|[^*]+", wanted)
    pattern = re.compile("".join(".+" if part[0] == "*" else re.escape(part) for part in parts))
    return any(pattern.fullmatch(_plain(name)) for name in names if name)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    for mask in MASKS:
        text = text.replace(mask, "*")
    return _DIGITS.sub("", _BETWEEN.sub("", text))
