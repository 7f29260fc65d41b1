"""How far recent applications are from those that a card was made for. Pure.

The population stability index: sum of (recent - reference) x ln(recent / reference) over bins.
Below .10 nothing has moved, from .25 on it is another population (Siddiqi, Credit Risk Scorecards,
2006, chapter 9).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reference.scorer.card import Card, Value

WARN, ALARM = 0.10, 0.25
GROUPS = 10
POINTS = "points"  # the score, beside the features


class Level(StrEnum):
    """What a shift asks for."""

    STEADY = "steady"
    WARN = "warn"  # look into it
    ALARM = "alarm"  # fit or calibrate anew


@dataclass(frozen=True)
class Drift:
    """A feature, or the score, and how far it moved."""

    name: str
    psi: float

    @property
    def level(self) -> Level:
        """What that asks for."""
        if self.psi >= ALARM:
            return Level.ALARM
        return Level.WARN if self.psi >= WARN else Level.STEADY


def drifts(
    reference: Mapping[str, Sequence[Value]],
    recent: Mapping[str, Sequence[Value]],
    card: Card | None = None,
) -> list[Drift]:
    """The features that both have, and a card's points, the most moved first."""
    found = [
        Drift(name, psi(values, recent[name]))
        for name, values in reference.items()
        if name in recent
    ]
    if card is not None:
        found.append(Drift(POINTS, psi(_points(card, reference), _points(card, recent))))
    return sorted(found, key=lambda each: (-each.psi, each.name))


def psi(reference: Sequence[Value], recent: Sequence[Value]) -> float:
    """The population stability index, 0 or more; what is missing is a bin of its own.

    Raises `ValueError` for an empty sample.
    """
    if not reference or not recent:
        raise ValueError("nothing to compare")
    bounds = _bounds(reference)
    before, after = (_binned(values, bounds) for values in (reference, recent))
    names = set(before) | set(after)
    total = 0.0
    for name in names:
        # Half a row where there is none: the logarithm of an empty bin has no end.
        old = max(before[name], 0.5) / len(reference)
        new = max(after[name], 0.5) / len(recent)
        total += (new - old) * float(np.log(new / old))
    return total


def _bounds(reference: Sequence[Value]) -> Sequence[float]:
    numbers = [float(value) for value in reference if isinstance(value, int | float)]
    if not numbers:
        return ()
    return [float(cut) for cut in np.unique(np.quantile(numbers, np.arange(1, GROUPS) / GROUPS))]


def _binned(values: Sequence[Value], bounds: Sequence[float]) -> Counter[object]:
    return Counter(
        int(np.searchsorted(bounds, value, side="right"))
        if isinstance(value, int | float)
        else value
        for value in values
    )


def _points(card: Card, columns: Mapping[str, Sequence[Value]]) -> list[Value]:
    count = len(next(iter(columns.values())))
    rows = ({name: values[at] for name, values in columns.items()} for at in range(count))
    return [card.assess(row).points for row in rows]
