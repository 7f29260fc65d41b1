"""Whether a name as a statement prints it is one of the owner's. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MASKS = "＊×●"  # beside the star
_NOT_OF_A_NAME = re.compile(r"[\s·•()()\[\]【】0-9]+")


def is_holder(printed: str, names: Collection[str]) -> bool:
    """Whether a printed name may be one of `names`.

    Publishers mask characters of a name (`*伟`, `张*`): a mask stands for one character or more.
    """
    wanted = _plain(printed)
    if not wanted.replace("*", ""):
        return True  # masked whole: it says nothing
    parts = re.findall(r"\*+|[^*]+", wanted)
    pattern = re.compile("".join(".+" if part[0] == "*" else re.escape(part) for part in parts))
    return any(pattern.fullmatch(_plain(name)) for name in names if name)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    for mask in MASKS:
        text = text.replace(mask, "*")
    return _NOT_OF_A_NAME.sub("", text)
