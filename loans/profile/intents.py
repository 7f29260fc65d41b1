"""What words searched for are about: one of fifteen intents, and how much of it is left. Pure.

Intents come of searches that their owner consented to, and are used for contact and to ask about a
purpose alone: no score, price or limit reads them (征信业务管理办法, PIPL art. 24).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.policy import Part
from loans.profile.classifier import fitted

CLASSIFIER = "searches"


class Intent(StrEnum):
    """What somebody who searches is about to do."""

    STARTS_BUSINESS = "starts_business"
    RUNS_BUSINESS = "runs_business"
    RENOVATION = "renovation"  # of a shop
    STOCK_PURCHASE = "stock_purchase"
    EQUIPMENT = "equipment"
    WAGES = "wages"
    RENT = "rent"  # of a shop or land
    FRANCHISE_FEE = "franchise_fee"
    BUSINESS_LOAN = "business_loan"
    PERSONAL_CONSUMPTION = "personal_consumption"
    PROPERTY = "property"  # buying, paying for or speculating in housing
    SECURITIES = "securities"  # with coins and futures
    GAMBLING = "gambling"
    LENDING_ON = "lending_on"  # lending out, cash-out, bridging
    NONE = "none"


# What no business loan may pay: internet-loan rules 2020, art. 24; loan rules of 1996, art. 20.
FORBIDDEN = frozenset({Intent.PROPERTY, Intent.SECURITIES, Intent.GAMBLING, Intent.LENDING_ON})
# Set by hand: one that passes costs a loan now and then, one that is suspected a question.
_COST_OF_FORBIDDEN = 1.25


class IntentRules(Part):
    """How long a search says something, and how sure a reading has to be to count."""

    half_life_days: int
    min_confidence: float


@dataclass(frozen=True)
class IntentReading:
    """The intent of one text, how probable it is (0..1), and the characters that decided."""

    intent: Intent
    confidence: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Search:
    """Words that somebody searched for, and the day in China."""

    text: str
    on: date


@dataclass(frozen=True)
class IntentSignal:
    """What searches of one intent add up to.

    `strength`: the sum of confidences, each halved once a half-life; `last_on`: the newest search.
    """

    intent: Intent
    strength: float
    searches: int
    last_on: date


def read_intent(text: str) -> IntentReading:
    """What one search is about; `none` where it shares no characters with any search that is known.

    It is the most probable intent; a forbidden one has to be only nearly so. The classifier was
    fitted to searches that were written for it (`tools/examples/searches/`).
    """
    classifier = fitted(CLASSIFIER)
    shares = classifier.shares(text) or {Intent.NONE.value: 1.0}
    intent = Intent(max(shares, key=lambda label: shares[label] * _cost(Intent(label))))
    return IntentReading(intent, round(shares[intent], 4), classifier.reasons(text, intent))


def _cost(intent: Intent) -> float:
    """What it costs to take an intent for another, against any that is not forbidden."""
    return _COST_OF_FORBIDDEN if intent in FORBIDDEN else 1.0


def sure_intent(text: str, rules: IntentRules) -> Intent:
    """What one search is about; `none` where that is not sure enough to count."""
    reading = read_intent(text)
    return reading.intent if reading.confidence >= rules.min_confidence else Intent.NONE


def read_intents(
    searches: Iterable[Search], today: date, rules: IntentRules
) -> tuple[IntentSignal, ...]:
    """What searches add up to by intent, the strongest first; days to come are left out."""
    strength: dict[Intent, float] = defaultdict(float)
    days: dict[Intent, list[date]] = defaultdict(list)
    for search in searches:
        reading = read_intent(search.text)
        if search.on > today or reading.confidence < rules.min_confidence:
            continue
        age = (today - search.on).days
        strength[reading.intent] += reading.confidence * 0.5 ** (age / rules.half_life_days)
        days[reading.intent].append(search.on)
    signals = (
        IntentSignal(intent, round(strength[intent], 4), len(on), max(on))
        for intent, on in days.items()
        if intent is not Intent.NONE
    )
    return tuple(sorted(signals, key=lambda one: (-one.strength, one.intent)))
