"""What words searched for are about: one of fifteen intents. Pure.

Intents come of searches that their owner consented to, and are used for contact and to ask about a
purpose alone: no score, price or limit reads them (征信业务管理办法, PIPL art. 24).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

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


class IntentRules(Part):
    """How sure a reading has to be to count."""

    min_confidence: float
    forbidden_odds: Annotated[float, Field(ge=1)] = 1.25  # to any other; in the code before .14
    half_life_days: int | None = None  # of policies before 2026-11-29.13; nothing reads it


@dataclass(frozen=True)
class IntentReading:
    """The intent of one text, and how probable it is (0..1)."""

    intent: Intent
    confidence: float


def read_intent(text: str, rules: IntentRules) -> IntentReading:
    """What one search is about; `none` where it shares no characters with any search that is known.

    It is the most probable intent; a forbidden one has to be only nearly so (`forbidden_odds`). The
    classifier was fitted to searches that were written for it (`tools/examples/searches/`).
    """
    shares = fitted(CLASSIFIER).shares(text) or {Intent.NONE.value: 1.0}
    odds = dict.fromkeys(FORBIDDEN, rules.forbidden_odds)
    intent = Intent(max(shares, key=lambda label: shares[label] * odds.get(Intent(label), 1.0)))
    return IntentReading(intent, round(shares[intent], 4))


def sure_intent(text: str, rules: IntentRules) -> Intent:
    """What one search is about; `none` where that is not sure enough to count."""
    reading = read_intent(text, rules)
    return reading.intent if reading.confidence >= rules.min_confidence else Intent.NONE
