"""The words that tell what a movement of money was for. Pure.

They are `vocabulary.toml`, with how rules are read.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from loans.sources.rows import Direction

FILE = Path(__file__).with_name("vocabulary.toml")
_PERSON = re.compile(r"[\u4e00-\u9fff*]{2,4}")
_ACCOUNT_NUMBER = re.compile(r"[(（\[]?[\d*]{4,}[)）\]]?$")


@dataclass(frozen=True)
class WordRule:
    """Words, and what a movement is for in which they stand."""

    category: str
    why: str
    sure: bool
    direction: Direction | None
    any: re.Pattern[str] | None
    counterparty: re.Pattern[str] | None
    memo: re.Pattern[str] | None
    without: re.Pattern[str] | None

    def fits(self, direction: Direction, counterparty: str, memo: str) -> bool:
        """Whether all that the rule names holds; of neutral movements, the direction always."""
        if self.direction not in (None, direction) and direction is not Direction.NEUTRAL:
            return False
        both = f"{counterparty}\n{memo}"
        wanted = ((self.any, both), (self.counterparty, counterparty), (self.memo, memo))
        if any(words is not None and not words.search(text) for words, text in wanted):
            return False
        return self.without is None or not self.without.search(both)


@dataclass(frozen=True)
class _Vocabulary:
    rules: tuple[WordRule, ...]
    companies: re.Pattern[str]  # words of their names
    company_ends: tuple[str, ...]
    collectors: re.Pattern[str]


def normal(text: str | None) -> str:
    """A text as words are compared: NFKC, lower case, no blanks; empty for none."""
    return "".join(unicodedata.normalize("NFKC", text or "").lower().split())


def name_of(counterparty: str | None) -> str:
    """A counterparty's name as names are compared: `normal`, without an account number behind."""
    return _ACCOUNT_NUMBER.sub("", normal(counterparty)).strip("/-")


def word_rules() -> Sequence[WordRule]:
    """The rules in the order in which they are tried."""
    return _vocabulary().rules


def is_company(counterparty: str | None) -> bool:
    """Whether a name is that of a business or an institution."""
    name, known = name_of(counterparty), _vocabulary()
    in_it = bool(known.companies.search(name))
    return in_it or (len(name) > 3 and name.endswith(known.company_ends))


def is_collector(counterparty: str | None) -> bool:
    """Whether a name is of who pays out sales of many customers; the memo does not tell it."""
    name = name_of(counterparty)
    paid_out = [rule for rule in word_rules() if rule.why == "settlement"]
    named = (words for rule in paid_out for words in (rule.counterparty, rule.any) if words)
    return any(words.search(name) for words in (*named, _vocabulary().collectors))


def is_person(counterparty: str | None) -> bool:
    """Whether a name may be that of a person, masked with stars or not."""
    return bool(_PERSON.fullmatch(name_of(counterparty))) and not is_company(counterparty)


@cache
def _vocabulary() -> _Vocabulary:
    table = tomllib.loads(FILE.read_text("utf-8"))
    companies = table["companies"]
    return _Vocabulary(
        rules=tuple(_rule(row) for row in table["rules"]),
        companies=_pattern(companies["words"]),
        company_ends=tuple(companies["ends"]),
        collectors=_pattern(table["collectors"]["words"]),
    )


def _rule(row: Mapping[str, Any]) -> WordRule:
    direction = row.get("direction")
    patterns = {
        field: _pattern(row[field]) if field in row else None
        for field in ("any", "counterparty", "memo", "without")
    }
    return WordRule(
        category=row["category"],
        why=row.get("why", "words"),
        sure=row.get("sure", True),
        direction=None if direction is None else Direction(direction),
        **patterns,
    )


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(normal(word)) for word in words))
