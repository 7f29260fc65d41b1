"""What words searched for are about: one of fifteen intents, and how much of it is left. Pure.

Intents come of searches that their owner consented to, and are used for contact and to ask about a
purpose alone: no score, price or limit reads them (征信业务管理办法, PIPL art. 24).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from core.policy import Part
from loans.profile.lexicon import Concepts, lexicon
from loans.profile.things import EQUIPMENT, GOODS, thing_words
from loans.profile.trades import goods_words


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


class IntentRules(Part):
    """How long a search says something, and how sure a reading has to be to count."""

    half_life_days: int
    min_confidence: float


@dataclass(frozen=True)
class IntentReading:
    """The intent of one text, how sure that is (0..1), and the words that decided."""

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
    """What one search is about; `none` where nothing says it is of a business or of money."""
    found = intent_concepts().found(text)
    scores = {Intent(name): float(prior) for name, prior in lexicon("intents")["prior"].items()}
    words: dict[Intent, list[str]] = defaultdict(list)
    for frame in _frames():
        if frame.fits(found):
            scores[frame.intent] += frame.weight
            words[frame.intent] += [found[name] for name in frame.concepts if name in found]
    best = max(scores, key=lambda intent: (scores[intent], intent is Intent.NONE))
    total = sum(math.exp(score) for score in scores.values())
    confidence = math.exp(scores[best]) / total
    return IntentReading(best, round(confidence, 4), tuple(dict.fromkeys(words[best])))


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


@dataclass(frozen=True)
class Frame:
    """Concepts that speak for an intent where they stand together, and by how much."""

    intent: Intent
    weight: float  # log-odds
    every: tuple[str, ...]
    some: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def concepts(self) -> tuple[str, ...]:
        """Those that speak for it."""
        return (*self.every, *self.some)

    def fits(self, found: Mapping[str, str]) -> bool:
        """Whether a text that holds these concepts is one."""
        return (
            all(name in found for name in self.every)
            and (not self.some or any(name in found for name in self.some))
            and not any(name in found for name in self.absent)
        )


@cache
def _frames() -> tuple[Frame, ...]:
    return tuple(
        Frame(
            Intent(each["intent"]),
            each["weight"],
            tuple(each.get("all", ())),
            tuple(each.get("any", ())),
            tuple(each.get("none", ())),
        )
        for each in lexicon("intents")["frames"]
    )


@cache
def intent_concepts() -> Concepts:
    """The concepts of the lexicon, with the equipment and the goods of all trades."""
    lists: dict[str, Iterable[str]] = dict(lexicon("intents")["concepts"])
    lists["equipment"] = thing_words(EQUIPMENT)
    lists["goods"] = (*thing_words(GOODS), *goods_words())
    return Concepts(lists)
