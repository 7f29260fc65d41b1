"""Lists of those who are not served, or not without a person's look; for staff."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, QueryRequest, Text
from kyc.lists.models import Change, Listed, ListReason, RemovalReason
from kyc.lists.names.attributes import Agreement
from kyc.lists.names.judge import Outcome
from kyc.lists.names.writing import Writing
from kyc.lists.policy import Effect
from kyc.lists.states import EntryState, HitState, ProposalState

ENTRY_ID = "01990f52-1c3a-7b11-9f0e-3a5d7c9b1e21"
PROPOSAL_ID = "01990f52-1c3b-7c42-8a1d-5b7e9f0c2d32"
HIT_ID = "01990f52-1c3c-7d53-9b2e-6c8fa01d3e43"
ACCOUNT_ID = "01990f3d-52f0-7d6a-bb0c-9a8f3c1e2e88"


class ListResponse(ApiResponse):
    """A list, and how many of its entries are in force or wait to be confirmed."""

    example: ClassVar[Example] = {
        "code": "court",
        "effect": "review",
        "law": "法释〔2017〕7号, art. 8",
        "in_force": 12,
        "proposed": 1,
    }

    code: str = Field(description="its name in paths")
    effect: Effect = Field(description="what a hit does: nobody is served, or a person looks")
    law: str = Field(description="what it is kept by")
    in_force: int = Field(description="entries in force")
    proposed: int = Field(description="entries that wait for another person")


class ListsResponse(ApiResponse):
    """Every list that is kept."""

    example: ClassVar[Example] = {"lists": [ListResponse.example]}

    lists: list[ListResponse] = Field(description="by the policy in force")


class ListEntryResponse(ApiResponse):
    """An entry; whom it names is kept as a keyed index alone, and not shown."""

    example: ClassVar[Example] = {
        "id": ENTRY_ID,
        "list_code": "court",
        "kind": "person",
        "reason": "judgement_default",
        "source": "（2026）示0101执12号, 2026-11-03",
        "valid_until": "2028-11-02",
        "state": "in_force",
        "made_at": "2026-11-28T04:10:00Z",
    }

    id: UUID = Field(description="its id")
    list_code: str = Field(description="the list")
    kind: Listed = Field(description="what it names")
    reason: ListReason = Field(description="why")
    source: str = Field(description="what it rests on")
    valid_until: date | None = Field(description="its last day, in China; null: until removed")
    state: EntryState = Field(description="where it stands")
    made_at: datetime = Field(description="when it was proposed")


class ListEntriesResponse(ApiResponse):
    """A page of a list, the newest first."""

    example: ClassVar[Example] = {"entries": [ListEntryResponse.example]}

    entries: list[ListEntryResponse] = Field(description="the next page is `before` the last")


class ListEntriesQuery(QueryRequest):
    """Which page of a list."""

    example: ClassVar[Example] = {"before": ENTRY_ID}

    before: UUID | None = Field(default=None, description="entries made before this one")


class ListEntryRequest(ApiRequest):
    """Whom to list, and why."""

    example: ClassVar[Example] = {
        "kind": "phone",
        "value": "13800000001",
        "reason": "fraud",
        "source": "police notice 2026-11-03, number 12",
        "valid_until": None,
    }

    kind: Listed = Field(description="what the value is")
    value: str = Field(
        max_length=100,
        description="identity number, credit code or phone, kept as an index alone; or a name, "
        "kept sealed and found in any writing",
    )
    born: date | None = Field(default=None, description="birth date beside a person's name")
    number: str = Field(
        default="",
        max_length=32,
        description="beside a name: an identity number, of which the last four are kept, or a code",
    )
    reason: ListReason = Field(description="why")
    source: Text = Field(
        min_length=3, max_length=120, description="what it rests on; no names, no numbers of people"
    )
    valid_until: date | None = Field(default=None, description="its last day, in China")


class ListRemovalRequest(ApiRequest):
    """Which entry is to go, and why."""

    example: ClassVar[Example] = {"entry_id": ENTRY_ID, "reason": "settled"}

    entry_id: UUID = Field(description="an entry in force")
    reason: RemovalReason = Field(description="why")


class ListProposalResponse(ApiResponse):
    """A change of a list that one person proposes and another decides on."""

    example: ClassVar[Example] = {
        "id": PROPOSAL_ID,
        "entry_id": ENTRY_ID,
        "change": "addition",
        "removal_reason": None,
        "state": "waiting",
        "proposed_by": f"staff:{ACCOUNT_ID}",
        "proposed_at": "2026-11-28T04:10:00Z",
    }

    id: UUID = Field(description="its id")
    entry_id: UUID = Field(description="the entry that it is about")
    change: Change = Field(description="what is proposed")
    removal_reason: RemovalReason | None = Field(description="why the entry is to go")
    state: ProposalState = Field(description="where it stands")
    proposed_by: str = Field(description="who does not decide on it")
    proposed_at: datetime = Field(description="when")


class WaitingChangeResponse(ApiResponse):
    """A proposal with its entry."""

    example: ClassVar[Example] = {
        "proposal": ListProposalResponse.example,
        "entry": {**ListEntryResponse.example, "state": "proposed"},
    }

    proposal: ListProposalResponse = Field(description="what waits")
    entry: ListEntryResponse = Field(description="the entry that it is about")


class ListProposalsResponse(ApiResponse):
    """What waits for another person, the oldest first."""

    example: ClassVar[Example] = {"proposals": [WaitingChangeResponse.example]}

    proposals: list[WaitingChangeResponse] = Field(description="at most a page")


class ProposalVerdictRequest(ApiRequest):
    """Confirmed, or rejected."""

    example: ClassVar[Example] = {"confirmed": True}

    confirmed: bool = Field(description="false: rejected")


class ListHitResponse(ApiResponse):
    """An account that an entry names."""

    example: ClassVar[Example] = {
        "id": HIT_ID,
        "applicant_id": ACCOUNT_ID,
        "onboarding_id": None,
        "state": "open",
        "found_at": "2026-11-28T04:10:00Z",
        "entry_id": ENTRY_ID,
        "list_code": "court",
        "kind": "phone",
        "effect": "review",
        "reason": "fraud",
        "source": "police notice 2026-11-03, number 12",
        "outcome": None,
        "writing": None,
        "birth": None,
        "number": None,
        "explanation": "",
    }

    id: UUID = Field(description="clear it with this id")
    applicant_id: UUID = Field(description="the account")
    onboarding_id: UUID | None = Field(description="its onboarding that shows the value")
    state: HitState = Field(description="where it stands")
    found_at: datetime = Field(description="when it was found")
    entry_id: UUID = Field(description="the entry")
    list_code: str = Field(description="its list")
    kind: Listed = Field(description="by what the account is named")
    effect: Effect = Field(description="what it does")
    reason: str = Field(description="why the entry was made")
    source: str = Field(description="what the entry rests on")
    outcome: Outcome | None = Field(description="hit or possible, where a name was compared")
    writing: Writing | None = Field(description="how the account's name stands for the listed one")
    birth: Agreement | None = Field(description="how the birth dates agree")
    number: Agreement | None = Field(description="how identity number or code agree")
    explanation: str = Field(description="the same in a sentence; empty where no name was compared")


class ListHitsResponse(ApiResponse):
    """Hits that nobody has cleared, the oldest first."""

    example: ClassVar[Example] = {"hits": [ListHitResponse.example]}

    hits: list[ListHitResponse] = Field(description="at most a page")
