"""One thing that is known of a business, with where it comes from. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Source(StrEnum):
    """Where something that is known of a business comes from."""

    LICENCE = "licence"
    REGISTRY = "registry"
    DECLARED = "declared"
    BANK = "bank"  # statements of debit and credit accounts
    WALLET = "wallet"  # bills of WeChat and Alipay, personal
    ACQUIRING = "acquiring"  # merchant accounts, whoever publishes them
    INVOICES = "invoices"
    REVIEWS = "reviews"
    SIGNALS = "signals"  # of apps, by consent
    INTENTS = "intents"  # searches, by consent


@dataclass(frozen=True)
class Feature:
    """A value, where it comes from, on which day it was true, and how much of it is covered."""

    value: int | float | str
    source: str
    as_of: date
    coverage: float = 1.0
