"""What is known of a business, as the scorer is told it: values with where they come from. Pure.

Nothing in it names a person. What is not known is left out, never zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from loans.profile.feature import Feature, Source
from loans.terms.calendar import months_between

LICENCE, DECLARED = Source.LICENCE, Source.DECLARED
GROWS = frozenset({"months_in_business"})  # by itself, without anything new being known

# Words of a licence's 类型 and what they make of the business; the first that fits counts.
_FORMS = (
    ("个体", "individual"),
    ("合伙", "partnership"),
    ("合作社", "cooperative"),
    ("个人独资", "sole_proprietorship"),
    ("公司", "company"),
)
OTHER = "other"
TURNOVER, AMOUNT_TO_TURNOVER = "turnover_monthly", "amount_to_monthly_turnover"
MONTHS = "turnover_months"


def known_features(
    business_type: str, founded: date | None, industry: str | None, today: date
) -> dict[str, Feature]:
    """The features of a thin file: a licence's type and founding day, the declared section."""
    features = {"legal_form": Feature(legal_form(business_type), LICENCE, today)}
    if industry is not None:
        features["industry"] = Feature(industry, DECLARED, today)
    if founded is not None and founded <= today:
        months = months_between(founded, today)
        features["months_in_business"] = Feature(months, LICENCE, today)
    return features


def with_amount(known: Mapping[str, Feature], amount_fen: int) -> dict[str, Feature]:
    """Features with the amount asked for over a month's turnover, where that is known.

    It is of one application, and nothing new about the business.
    """
    turnover = known.get(TURNOVER)
    if turnover is None or isinstance(turnover.value, str) or turnover.value <= 0:
        return dict(known)
    ratio = round(amount_fen / turnover.value, 4)
    return {**known, AMOUNT_TO_TURNOVER: replace(turnover, value=ratio)}


def legal_form(business_type: str) -> str:
    """What a licence's type says of a business; `other` for what no word fits."""
    return next((form for word, form in _FORMS if word in business_type), OTHER)


def recorded(features: Mapping[str, Feature]) -> dict[str, Any]:
    """Features as JSON has them, and as the scorer is sent them."""
    return {
        name: {
            "value": each.value,
            "source": each.source,
            "as_of": each.as_of.isoformat(),
            "coverage": each.coverage,
        }
        for name, each in sorted(features.items())
    }


@dataclass(frozen=True)
class KnownBefore:
    """What a declined application rested on: features as they were recorded, and sources."""

    features: Mapping[str, Any]
    sources: frozenset[str]


def adds_something(
    known: Mapping[str, Feature], sources: Collection[str], before: KnownBefore, new_months: int
) -> bool:
    """Whether more is known than before: a source, months of turnover, a fact of the licence.

    `new_months` is from how many months of turnover more on. Nothing else is new: not what is
    declared, not another value of what was known, and not that something is known no more.
    """
    added = {*sources, *(each.source for each in known.values())} - before.sources - {DECLARED}
    if added - {each["source"] for each in before.features.values()}:
        return True
    months = _number(known[MONTHS].value) if MONTHS in known else 0
    months_before = _number(before.features.get(MONTHS, {}).get("value", 0))
    return months - months_before >= new_months or _has_new_fact(known, before.features)


def _has_new_fact(known: Mapping[str, Feature], before: Mapping[str, Any]) -> bool:
    return any(
        name not in before or (name not in GROWS and before[name]["value"] != each.value)
        for name, each in known.items()
        if each.source == LICENCE
    )


def _number(value: int | float | str) -> float:
    return 0.0 if isinstance(value, str) else float(value)
