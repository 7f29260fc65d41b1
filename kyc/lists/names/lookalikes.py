"""Characters that look like one another (形近字), by a table that `tools/lookalikes.py` makes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from kyc.lists.names.characters import FOLDER


def look_alike(one: str, other: str) -> bool:
    """Whether either is among those that look most like the other."""
    table = _table()
    return other in table.get(one, "") or one in table.get(other, "")


@cache
def _table() -> Mapping[str, str]:
    return tomllib.loads((FOLDER / "lookalikes.toml").read_text("utf-8"))
