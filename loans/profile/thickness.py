"""How much is known of a business, and what would add most. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from loans.profile.feature import Source
from loans.profile.policy import ThicknessRules

MAX_POINTS = 100


@dataclass(frozen=True)
class KnownSource:
    """A source that was read: the share of its period that is covered, and its newest day."""

    source: Source
    coverage: float  # 0..1
    as_of: date


@dataclass(frozen=True)
class SourcePoints:
    """What a source adds, and the most that it could add, in points."""

    source: Source
    points: float
    max_points: float


@dataclass(frozen=True)
class Thickness:
    """0 to 100 points by source, and which source would add most; None where none can."""

    points: float
    by_source: tuple[SourcePoints, ...]
    next_source: Source | None
    next_points: float


def thickness(known: Iterable[KnownSource], today: date, rules: ThicknessRules) -> Thickness:
    """Points by weight x coverage x freshness; of two readings of a source the better counts."""
    raise NotImplementedError
