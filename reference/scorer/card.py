"""A scorecard: bins of features that give points, and points that give a probability of default.

A card is a TOML file that a person can read. Points are those of credit scoring: higher is safer,
and `points_to_double` more double the odds of being repaid (Siddiqi, Credit Risk Scorecards,
2006). What is missing has a bin of its own and is never taken for zero.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_REASONS = 4
Value = float | str | None
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Opaque = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Share = Annotated[float, Field(gt=0, lt=1)]


class Trend(StrEnum):
    """How points go with a number: what a person expects of it, and the card must keep."""

    RISING = "rising"
    FALLING = "falling"
    ANY = "any"


class CardInvalid(Exception):
    """A card that cannot be used; the text says which part and why."""


class FeatureInvalid(ValueError):
    """A value that the card has no bin for; `feature` names it."""

    def __init__(self, feature: str) -> None:
        super().__init__(feature)
        self.feature = feature


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class NumberBin(_Part):
    """Points for numbers below a bound; the last bin has none."""

    below: float | None = None
    points: int


class CategoryBin(_Part):
    """Points for some words."""

    among: tuple[str, ...]
    points: int


class NumberFeature(_Part):
    """A number, from `minimum` to `maximum`, in bins."""

    kind: Literal["number"]
    name: Name
    reason: Name
    source: str  # where its points come from
    minimum: float
    maximum: float
    trend: Trend
    missing: int
    bins: tuple[NumberBin, ...]

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        bounds = [part.below for part in self.bins]
        if not bounds or bounds.pop() is not None or None in bounds:
            raise ValueError(f"{self.name}: the last bin alone has no bound")
        if any(low >= high for low, high in pairwise(b for b in bounds if b is not None)):
            raise ValueError(f"{self.name}: bounds do not rise")
        steps = [after.points - before.points for before, after in pairwise(self.bins)]
        if self.trend is Trend.RISING and min(steps, default=0) < 0:
            raise ValueError(f"{self.name}: points fall")
        if self.trend is Trend.FALLING and max(steps, default=0) > 0:
            raise ValueError(f"{self.name}: points rise")
        return self

    @property
    def best(self) -> int:
        """The points of its best bin."""
        return max(part.points for part in self.bins)

    def points_of(self, value: Value) -> int:
        """The points of a value. Raises `FeatureInvalid` for none that it can have."""
        if value is None:
            return self.missing
        if isinstance(value, str) or not self.minimum <= value <= self.maximum:
            raise FeatureInvalid(self.name)
        return next(part.points for part in self.bins if part.below is None or value < part.below)


class CategoryFeature(_Part):
    """A word of a list; any other counts as missing does."""

    kind: Literal["category"]
    name: Name
    reason: Name
    source: str  # where its points come from
    missing: int
    bins: tuple[CategoryBin, ...]

    @property
    def best(self) -> int:
        """The points of its best bin."""
        return max(part.points for part in self.bins)

    def points_of(self, value: Value) -> int:
        """The points of a value. Raises `FeatureInvalid` for a number."""
        if value is None:
            return self.missing
        if not isinstance(value, str):
            raise FeatureInvalid(self.name)
        found = (part.points for part in self.bins if value in part.among)
        return next(found, self.missing)


Feature = Annotated[NumberFeature | CategoryFeature, Field(discriminator="kind")]


class Scale(_Part):
    """Points at which the odds of being repaid are `odds` to 1, and points that double them."""

    points: int
    odds: Annotated[float, Field(gt=0)]
    points_to_double: Annotated[int, Field(gt=0)]


class Data(_Part):
    """What a card was made from, for its readers."""

    source: str
    licence: str
    period: str
    rows: Annotated[int, Field(ge=0)] = 0  # 0: set by hand
    defaults: Annotated[int, Field(ge=0)] = 0
    sha256: str = ""  # of the file of outcomes, where a card was fitted


class Figures(_Part):
    """What a fitted card reached on data that it was not fitted on; a card set by hand has none."""

    auc: Share
    ks: Share
    ece: Annotated[float, Field(ge=0, lt=1)]


class Calibration(_Part):
    """What maps the card's log-odds to those that were seen: `intercept` + `slope` x log-odds."""

    intercept: float
    slope: Annotated[float, Field(gt=0)]


@dataclass(frozen=True)
class LostPoints:
    """A feature that costs points, and the reason to tell."""

    code: str
    feature: str
    points_lost: int


@dataclass(frozen=True)
class Assessment:
    """Points, the probability of default within twelve months, what cost most, what is missing."""

    points: int
    pd_12m: float
    reasons: tuple[LostPoints, ...]
    missing: tuple[str, ...]


class Card(_Part):
    """A scorecard with its version."""

    name: Opaque
    version: Opaque
    catalogue: Opaque  # of the features' meaning
    base: int
    scale: Scale
    calibration: Calibration
    data: Data
    figures: Figures | None = None
    features: tuple[Feature, ...]
    sha256: str = ""

    @model_validator(mode="after")
    def _has_features_once(self) -> Self:
        names = [feature.name for feature in self.features]
        if not names or len(names) != len(set(names)):
            raise ValueError("a card has each of its features once")
        return self

    def assess(self, values: Mapping[str, Value]) -> Assessment:
        """Assess a loan; what is not in `values`, or None, is missing.

        Features that the card does not know are left out. Raises `FeatureInvalid`.
        """
        given = {feature.name: values.get(feature.name) for feature in self.features}
        found = {feature.name: feature.points_of(given[feature.name]) for feature in self.features}
        points = self.base + sum(found.values())
        lost = [
            LostPoints(feature.reason, feature.name, feature.best - found[feature.name])
            for feature in self.features
            if feature.best > found[feature.name]
        ]
        lost.sort(key=lambda each: (-each.points_lost, each.feature))
        return Assessment(
            points=points,
            pd_12m=self.pd_of(points),
            reasons=tuple(lost[:MAX_REASONS]),
            missing=tuple(name for name, value in given.items() if value is None),
        )

    def pd_of(self, points: int) -> float:
        """The probability of default within twelve months, above 0 and below 1."""
        steps = (points - self.scale.points) / self.scale.points_to_double
        log_odds = -math.log(self.scale.odds) - steps * math.log(2)
        return 1 / (1 + math.exp(-self.calibration.intercept - self.calibration.slope * log_odds))


def read_card(path: Path) -> Card:
    """The card of a file, with the file's SHA-256. Raises `CardInvalid`, FileNotFoundError."""
    content = path.read_bytes()
    try:
        table = tomllib.loads(content.decode())
        return Card.model_validate({**table, "sha256": hashlib.sha256(content).hexdigest()})
    except ValueError as error:  # no TOML, no UTF-8, or no card
        raise CardInvalid(f"{path.name}: {error}") from error
