"""The features that are known of businesses: what each means, and what it may be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from loans.profile.feature import Feature, Source

VERSION = "1"


class FeatureInvalid(ValueError):
    """A value that the catalogue does not allow."""


@dataclass(frozen=True)
class Definition:
    """What a feature means.

    Its domain is bounds (`low`, `high`, None: open) or `values`. Only what is `for_scorer` may be
    sent to the risk scorer.
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


@cache
def catalogue() -> Mapping[str, Definition]:
    """Every feature by name."""
    raise NotImplementedError


def require_valid(features: Mapping[str, Feature]) -> None:
    """Raises `FeatureInvalid` for a name, a source or a value that the catalogue does not have."""
    raise NotImplementedError


def for_scorer(features: Mapping[str, Feature]) -> dict[str, Feature]:
    """Those that the risk scorer may be sent."""
    raise NotImplementedError
