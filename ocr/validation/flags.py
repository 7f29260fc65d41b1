"""What is wrong with a document, each with the evidence that a reviewer looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Corners = tuple[tuple[float, float], ...]  # four, photo pixels, clockwise from the top left


@dataclass(frozen=True)
class Flag:
    """One thing that is wrong: `name` is stable, `region` where, `measures` how it shows."""

    name: str
    region: Corners | None = None
    measures: Mapping[str, float | str] = field(default_factory=dict)
