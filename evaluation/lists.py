"""`kaihu evaluate lists`: who is found on a list of persons and firms, in which writing.

`loans/lists/entries.csv` is the list, `questions.csv` asks for its entries in other writings, and
for others; `others.csv.gz` are 20,000 people who are on no list.
"""

from __future__ import annotations

import csv
import gzip
import io
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from core.policy import Policy
from evaluation.report import Figures
from kyc.lists.names.blocks import firm_keys, person_keys
from kyc.lists.names.judge import (
    Firm,
    Outcome,
    Person,
    judge_firm,
    judge_person,
)
from kyc.lists.names.policy import NamesPolicy
from kyc.lists.policy import ListsPolicy

FOLDER = "loans/lists"
FIRM = "firm"
P95 = 95
Row = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What a question is answered with, and how long that took, in milliseconds of CPU."""

    outcome: Outcome
    ms: float


class ListIndex:
    """A list in memory, by the keys by which the database has it."""

    def __init__(self, entries: Iterable[Row], rules: NamesPolicy) -> None:
        self._rules = rules
        self._by_key: dict[str, list[Person | Firm]] = defaultdict(list)
        for entry in entries:
            told = _told(entry)
            for key in _keys(told):
                self._by_key[key].append(told)

    def ask(self, row: Row) -> Answer:
        """The gravest outcome over the list."""
        begun = time.process_time()
        asked = _told(row)
        found = {id(one): one for key in _keys(asked) for one in self._by_key.get(key, ())}
        outcomes = {self._outcome(asked, one) for one in found.values()}
        gravest = next((one for one in Outcome if one in outcomes), Outcome.NONE)
        return Answer(gravest, (time.process_time() - begun) * 1000)

    def _outcome(self, asked: Person | Firm, listed: Person | Firm) -> Outcome:
        if isinstance(asked, Firm) and isinstance(listed, Firm):
            return judge_firm(asked, listed).outcome
        if isinstance(asked, Person) and isinstance(listed, Person):
            return judge_person(asked, listed, self._rules).outcome
        return Outcome.NONE  # a person is no firm, whatever the keys


def evaluate_lists(data: Path, policy: Policy) -> Figures:
    """Questions and others against the list; `possible_as_hit` and `others_as_hit` must be 0."""
    folder = data / FOLDER
    index = ListIndex(_rows(folder / "entries.csv"), policy.section(ListsPolicy).names)
    questions = [(row, index.ask(row)) for row in _rows(folder / "questions.csv")]
    others = [index.ask(row) for row in _rows(folder / "others.csv.gz")]
    return {
        "n": len(questions),
        "others_n": len(others),
        **_of_questions(questions),
        "others_found": _share(one.outcome is not Outcome.NONE for one in others),
        "others_as_hit": sum(one.outcome is Outcome.HIT for one in others),
        "question_ms_p95": round(float(np.percentile([one.ms for _, one in questions], P95)), 3),
    }


def _of_questions(questions: list[tuple[Row, Answer]]) -> Figures:
    listed = [(row, answer) for row, answer in questions if row["expected"] != Outcome.NONE]
    by_variant: dict[str, list[bool]] = defaultdict(list)
    for row, answer in listed:
        by_variant[row["variant"]].append(answer.outcome is not Outcome.NONE)
    return {
        "recall": _share(answer.outcome is not Outcome.NONE for _, answer in listed),
        "hit_as_hit": _share(
            answer.outcome is Outcome.HIT for row, answer in listed if row["expected"] == "hit"
        ),
        "possible_as_hit": _answered(questions, Outcome.POSSIBLE)[Outcome.HIT],
        "none_as_hit": _answered(questions, Outcome.NONE)[Outcome.HIT],
        "none_found": _share(
            answer.outcome is not Outcome.NONE
            for row, answer in questions
            if row["expected"] == Outcome.NONE
        ),
        **{f"recall.{name}": _share(found) for name, found in sorted(by_variant.items())},
    }


def _answered(questions: list[tuple[Row, Answer]], expected: Outcome) -> Counter[Outcome]:
    return Counter(answer.outcome for row, answer in questions if row["expected"] == expected)


def _told(row: Row) -> Person | Firm:
    if row.get("kind") == FIRM:
        return Firm.told(row["name"], row["number"])
    born = date.fromisoformat(row["born"]) if row["born"] else None
    return Person.told(row["name"], born, row["number"])


def _keys(told: Person | Firm) -> frozenset[str]:
    return firm_keys(told) if isinstance(told, Firm) else person_keys(told)


def _share(found: Iterable[bool]) -> float | None:
    counted = list(found)
    return round(sum(counted) / len(counted), 4) if counted else None


def _rows(path: Path) -> Iterator[Row]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text, newline=""))
