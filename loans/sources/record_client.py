"""Asks a service of records about one business, over HTTP, signed both ways.

What is asked names a business by its credit code and nothing else: no person, no account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from loans.calls.signatures import Signatures
from loans.calls.signed_client import AnswerInvalid, Outcome, SignedClient
from loans.sources.kinds import SourceKind
from loans.sources.policy import RecordRules
from loans.sources.records import AcquiringRecord, AnyRecord, RecordInvalid, answered_record
from loans.sources.states import RecordState

TAG = "kaihu-records"
RECORDS = "/v1/records"
NOT_FOUND, NOT_KNOWN = 404, "not_known"  # a signed answer: no record of this business


@dataclass(frozen=True)
class RecordQuestion:
    """Which record of which business; of an acquirer also the days, both of them included."""

    source: SourceKind
    credit_code: str
    today: date
    first_day: date | None = None

    @property
    def body(self) -> dict[str, Any]:
        """What is sent."""
        if self.first_day is None:
            return {"credit_code": self.credit_code}
        days = {"first_day": self.first_day.isoformat(), "last_day": self.today.isoformat()}
        return {"credit_code": self.credit_code, **days}


@dataclass(frozen=True)
class RecordAnswer:
    """What came of it: a record where the state is `known`; `outcomes` are those of the tries."""

    state: RecordState
    record: AnyRecord | None
    outcomes: tuple[str, ...]
    ms: int


class RecordClient:
    """Asks one service; threads may share it."""

    def __init__(self, url: str, signatures: Signatures, rules: RecordRules) -> None:
        self._client = SignedClient("records", url, signatures, rules, rules.max_answer_bytes)

    def ask(self, question: RecordQuestion, key: str) -> RecordAnswer:
        """Ask for one record; `key` names the asking (`Idempotency-Key`)."""
        path = f"{RECORDS}/{question.source}"
        asked = self._client.ask(path, question.body, key, partial(_checked, question))
        outcomes = tuple(each.outcome.value for each in asked.tries)
        ms = sum(each.ms for each in asked.tries)
        if asked.answer is not None:
            return RecordAnswer(RecordState.KNOWN, asked.answer, outcomes, ms)
        last = asked.tries[-1]
        refused = (last.outcome, last.status, last.problem)
        if refused == (Outcome.REFUSED, NOT_FOUND, NOT_KNOWN):
            return RecordAnswer(RecordState.ABSENT, None, outcomes, ms)
        return RecordAnswer(RecordState.FAILED, None, outcomes, ms)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _checked(question: RecordQuestion, content: bytes) -> AnyRecord:
    try:
        record = answered_record(question.source, question.credit_code, question.today, content)
    except RecordInvalid as error:
        raise AnswerInvalid from error
    if isinstance(record, AcquiringRecord) and not _is_asked_for(record, question):
        raise AnswerInvalid
    return record


def _is_asked_for(record: AcquiringRecord, question: RecordQuestion) -> bool:
    """Whether a record tells of no day that was not asked for."""
    return question.first_day is not None and record.first_day >= question.first_day
