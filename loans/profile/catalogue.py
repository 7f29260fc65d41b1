"""The features that are known of businesses: what each means, and what it may be. Pure.

They are `catalogue.toml`, and those of invoices, which `loans.profile.invoice_features` describes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from loans.profile.feature import Feature, Source
from loans.profile.invoice_features import INVOICE_FEATURES, FeatureMeaning

VERSION = "1"  # of the features' meaning, as the scorer is told it
FILE = Path(__file__).with_name("catalogue.toml")


class FeatureInvalid(ValueError):
    """A value that the catalogue does not allow."""


@dataclass(frozen=True)
class Definition:
    """What a feature means.

    Its domain is bounds (`low`, `high`; None: open) or words (`values`). Only what is `for_scorer`
    may be sent to the risk scorer.
    """

    name: str
    unit: str
    zh: str
    en: str
    sources: tuple[Source, ...]
    for_scorer: bool
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()

    def allows(self, value: float | str) -> bool:
        """Whether a value is in the domain."""
        if isinstance(value, str):
            return value in self.values
        over = self.low is None or value >= self.low
        return not self.values and over and (self.high is None or value <= self.high)


@cache
def catalogue() -> Mapping[str, Definition]:
    """Every feature by name."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    return {
        **{name: _definition(name, row) for name, row in table["features"].items()},
        **{name: _of_invoices(name, meaning) for name, meaning in INVOICE_FEATURES.items()},
    }


def _of_invoices(name: str, meaning: FeatureMeaning) -> Definition:
    """A feature of invoices, which are of the business: the scorer may be sent all of them."""
    return Definition(
        name=name,
        unit=meaning.unit,
        zh=meaning.zh,
        en=meaning.en,
        sources=(Source.INVOICES,),
        for_scorer=True,
        low=meaning.minimum,
        high=meaning.maximum,
    )


def _definition(name: str, row: Mapping[str, Any]) -> Definition:
    return Definition(
        name=name,
        unit=row["unit"],
        zh=row["zh"],
        en=row["en"],
        sources=tuple(map(Source, row["sources"])),
        for_scorer=row["scorer"],
        low=row.get("low"),
        high=row.get("high"),
        values=tuple(row.get("values", ())),
    )


def require_valid(features: Mapping[str, Feature]) -> None:
    """Raises `FeatureInvalid` for a name, a source or a value that the catalogue does not have."""
    for name, feature in features.items():
        definition = catalogue().get(name)
        if definition is None:
            raise FeatureInvalid(f"{name} is no feature")
        if feature.source not in definition.sources:
            raise FeatureInvalid(f"{name} does not come from {feature.source}")
        if not definition.allows(feature.value):
            raise FeatureInvalid(f"{name} cannot be {feature.value}")


def for_scorer(features: Mapping[str, Feature]) -> dict[str, Feature]:
    """Those that the risk scorer may be sent."""
    known = catalogue()
    return {
        name: feature
        for name, feature in features.items()
        if name in known and known[name].for_scorer
    }
