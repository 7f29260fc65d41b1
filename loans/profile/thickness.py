"""How much is known of a business, and what would add most. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from loans.profile.feature import Source
from loans.profile.policy import SourceWeight, ThicknessRules


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

    @property
    def missing_points(self) -> float:
        """What it would add, read whole and today."""
        return self.max_points - self.points


@dataclass(frozen=True)
class Thickness:
    """0 to 100 points by source, and which source would add most; None where none can.

    `next_source` has a sentence by its code.
    """

    points: float
    by_source: tuple[SourcePoints, ...]
    next_source: Source | None
    next_points: float


def thickness(
    known: Iterable[KnownSource],
    today: date,
    rules: ThicknessRules,
    not_offered: Collection[Source] = (),
) -> Thickness:
    """Points by weight x coverage x freshness; of two readings of a source the better counts.

    Sources without a weight add nothing. What is `not_offered` is never the next source.
    """
    points: dict[Source, float] = dict.fromkeys(rules.sources, 0.0)
    for one in known:
        weight = rules.sources.get(one.source)
        if weight is not None:
            points[one.source] = max(points[one.source], _points(one, today, weight))
    by_source = tuple(
        SourcePoints(source, points[source], weight.points)
        for source, weight in sorted(rules.sources.items())
    )
    best = max(
        (each for each in by_source if each.source not in not_offered),
        key=lambda each: (each.missing_points, each.max_points, each.source),
        default=None,
    )
    if best is None or best.missing_points <= 0:
        return Thickness(math.fsum(points.values()), by_source, None, 0.0)
    return Thickness(
        points=math.fsum(points.values()),
        by_source=by_source,
        next_source=best.source,
        next_points=best.missing_points,
    )


def _points(one: KnownSource, today: date, weight: SourceWeight) -> float:
    age = max(0, (today - one.as_of).days)
    coverage = min(max(one.coverage, 0.0), 1.0)
    return float(weight.points * coverage * 0.5 ** (age / weight.half_life_days))
