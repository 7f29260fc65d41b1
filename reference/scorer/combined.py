"""A card set by hand with features that were fitted on other loans, added to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from reference.scorer.card import Card, Data, NumberBin, NumberFeature


@dataclass(frozen=True)
class Added:
    """How a fitted feature is told: its reason, where points come from, the values it can have."""

    reason: str
    source: str
    minimum: float
    maximum: float


def combined(
    base: Card, fitted: Card, added: Mapping[str, Added], share: float, name: str, data: Data
) -> Card:
    """The base card with the fitted features that `added` names.

    Their points are a `share`, 0..1, of those fitted: the loans that they were fitted on are
    others, and say in part what the base card knows already. What is missing costs nothing, for
    the base card has it all the same. Base, scale and calibration stay; the figures are those of
    the fitted features alone, whose order a share does not change.
    """
    features = [
        _told(feature, added[feature.name], share)
        for feature in fitted.features
        if isinstance(feature, NumberFeature) and feature.name in added
    ]
    changes = {
        "name": name,
        "version": "1",
        "data": data,
        "figures": fitted.figures,
        "features": (*base.features, *features),
        "sha256": "",
    }
    return base.model_copy(update=changes)


def _told(feature: NumberFeature, added: Added, share: float) -> NumberFeature:
    bins = [each.model_copy(update={"points": round(each.points * share)}) for each in feature.bins]
    # Of neighbours with the same points the last one's bound says all.
    kept = [each for each, after in zip_longest(bins, bins[1:]) if not _alike(each, after)]
    changes = {
        "reason": added.reason,
        "source": added.source,
        "minimum": added.minimum,
        "maximum": added.maximum,
        "missing": 0,
        "bins": tuple(kept),
    }
    return feature.model_copy(update=changes)


def _alike(one: NumberBin, other: NumberBin | None) -> bool:
    return other is not None and one.points == other.points
