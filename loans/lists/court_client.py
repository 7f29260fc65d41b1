"""Asks a service that keeps the courts' list of judgement defaulters (失信被执行人) who is on it.

The list is public (法释〔2017〕7号, art. 7). Such a service answers `POST /v1/judgement-defaulters`
with every entry that may be the person or the firm that is asked about; what it answers is compared
here, so that the service decides nothing. Of an identity number it is told the end alone. No
transaction may be open while this waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kyc.lists.models import Listed
from kyc.lists.names.attributes import number_end
from kyc.lists.told import Told
from loans.calls.signatures import Signatures
from loans.calls.signed_client import AnswerInvalid, Outcome, SignedClient
from loans.policy import CourtRules

TAG = "kaihu-court-list"
PATH = "/v1/judgement-defaulters"
MAX_ANSWER_BYTES = 64 * 2**10
MAX_ENTRIES = 50  # of one answer


class CourtEntry(BaseModel):
    """An entry of the list, as the service tells it; of a number perhaps the end alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    case: Annotated[str, Field(min_length=1, max_length=80)]  # （2026）示0101执12号
    court: Annotated[str, Field(max_length=80)] = ""
    name: Annotated[str, Field(min_length=1, max_length=100)]
    born: date | None = None
    number: Annotated[str, Field(max_length=32)] = ""
    since: date | None = None


class _Entries(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    entries: Annotated[list[CourtEntry], Field(max_length=MAX_ENTRIES)]


@dataclass(frozen=True)
class CourtAnswer:
    """What came of asking: the entries, None where there was no valid answer."""

    outcome: Outcome
    status: int | None
    ms: int
    entries: tuple[CourtEntry, ...] | None


@runtime_checkable
class CourtList(Protocol):
    """The courts' list; threads may share it."""

    def ask(self, told: Told, key: str) -> CourtAnswer:
        """Entries that may be a person or a firm; `key` names the asking."""


class CourtListClient:
    """Asks one service over HTTP."""

    def __init__(self, url: str, signatures: Signatures, rules: CourtRules) -> None:
        self._client = SignedClient("court list", url, signatures, rules, MAX_ANSWER_BYTES)

    def ask(self, told: Told, key: str) -> CourtAnswer:
        """One try; whoever asks tries again later."""
        asked = self._client.ask(PATH, _question(told), key, _entries)
        last = asked.tries[-1]
        return CourtAnswer(last.outcome, last.status, last.ms, asked.answer)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _entries(content: bytes) -> tuple[CourtEntry, ...]:
    try:
        return tuple(_Entries.model_validate_json(content).entries)
    except ValidationError as error:
        raise AnswerInvalid from error


def _question(told: Told) -> dict[str, str | None]:
    """What the service is told: no more of a person than the list itself prints."""
    if told.kind is Listed.FIRM_NAME:
        return {"kind": "firm", "name": told.name, "number": told.number or None}
    return {"kind": "person", "name": told.name, "number": number_end(told.number) or None}
