"""The audit log and its proofs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from app.schemas.common import ApiResponse, Example, QueryRequest, Text
from app.schemas.onboardings import ID
from audit.actions import Action

NOTE = (
    "kaihu.local/audit\n1841\nqZ1rTqv0mQm8r7vFJ0s3m3hX9k7o3mJ5hG1nV2cBx0E=\n\n"
    "— kaihu.local/audit 3Wf0yA…\n"
)
NODE = "8f14e45fceea167a5a36dedd4bea25436c3c7d0e9b7c1d0f2a4b6c8d0e1f2a3b"


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # a day before the first of all, or after the last
        raise ValueError("no moment") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class EventResponse(ApiResponse):
    """One thing that happened."""

    example: ClassVar[Example] = {
        "id": ID,
        "at": "2026-11-28T04:00:00Z",
        "actor": "applicant:01990f3d-52f0-7d6a-bb0c-9a8f3c1e2e88",
        "action": Action.ONBOARDING_STARTED,
        "subject": ID,
        "onboarding": ID,
        "applicant": "01990f3d-52f0-7d6a-bb0c-9a8f3c1e2e88",
        "loan": None,
        "origin": {
            "address": "192.0.2.0/24",
            "device": "",
            "request": "4f1c2d3e4f5061728394a5b6c7d8e9f0",
            "session": "",
        },
        "reason": None,
        "data": {},
        "entry": "eyJhYm91dCI6Iu…",
        "position": 1840,
        "leaf": NODE,
    }

    id: UUID = Field(description="its id; ids sort by time")
    at: datetime = Field(description="when")
    actor: str = Field(description="who: kind and id")
    action: str = Field(description="what, as `subject.done`")
    subject: str = Field(description="the id of what it was done to")
    onboarding: UUID | None = Field(description="the onboarding it belongs to")
    applicant: UUID | None = Field(description="whose data it is about")
    loan: UUID | None = Field(description="the application that the loan began as")
    origin: dict[str, str] | None = Field(
        description="where the request came from: address prefix, device, request, session;"
        " null for what nobody asked for from outside"
    )
    reason: str | None = Field(description="the reason that the actor gave")
    data: dict[str, Any] = Field(description="the fields of this action")
    entry: str = Field(description="the event's own bytes, base64: what `leaf` is the hash of")
    position: int | None = Field(description="its leaf in the log's tree; null before sequencing")
    leaf: str = Field(description="RFC 6962 leaf hash, hex")


class HistoryResponse(ApiResponse):
    """The events of an onboarding, and whether the whole log is intact."""

    example: ClassVar[Example] = {
        "events": [EventResponse.example],
        "intact": True,
        "faults": [],
        "verified_size": 1841,
        "verified_at": "2026-11-28T04:00:02Z",
        "checkpoint": NOTE,
    }

    events: list[EventResponse] = Field(description="oldest first")
    intact: bool | None = Field(
        description="whether the last verification found no fault; null before the first"
    )
    faults: list[str] = Field(description="what was found to be changed")
    verified_size: int = Field(description="how many events of the log that verification saw")
    verified_at: datetime | None = Field(description="when")
    checkpoint: str | None = Field(description="the newest signed note (C2SP tlog-checkpoint)")


class EventQuery(QueryRequest):
    """Which events; what is left out is not asked for."""

    example: ClassVar[Example] = {"action": Action.ACCESS_REFUSED}

    person: UUID | None = Field(default=None, description="whose data they are about")
    actor: Text | None = Field(default=None, max_length=64, description="who acted: an id")
    action: Action | None = Field(default=None, description="what was done")
    since: Moment | None = Field(default=None, alias="from", description="from when on")
    until: Moment | None = Field(default=None, alias="to", description="before when")
    cursor: str | None = Field(default=None, max_length=200, description="`next` of the last page")


class AccessQuery(QueryRequest):
    """Whose data."""

    example: ClassVar[Example] = {"applicant": ID}

    applicant: UUID = Field(description="the account")
    cursor: str | None = Field(default=None, max_length=200, description="`next` of the last page")


class EventsResponse(ApiResponse):
    """A page of events, the newest first."""

    example: ClassVar[Example] = {"events": [EventResponse.example], "next": None}

    events: list[EventResponse] = Field(description="at most 100")
    next: str | None = Field(description="`cursor` of the page after; null on the last")


class CheckpointResponse(ApiResponse):
    """What the log's size and root are, signed; keep it to prove later that nothing changed."""

    example: ClassVar[Example] = {
        "note": NOTE,
        "public_key": "2lZ0mQm8r7vFJ0s3m3hX9k7o3mJ5hG1nV2cBx0EqZ1o=",
        "keys": "kaihu.local/audit+5f0c9a51+AdpWdJkJvK+7xSdLN5t4V/ZO6N5ieRtZ1dnAcdBKmdaK\n",
    }

    note: str | None = Field(description="signed note; null of an empty log")
    public_key: str = Field(description="the one that signs now: Ed25519, base64")
    keys: str = Field(
        description="every public key: the first as a C2SP verifier key, then for each later one a "
        "note that the one before it signed, with the size up to which that one signed"
    )


class InclusionProofResponse(ApiResponse):
    """RFC 6962, 2.1.1: the path from the event's leaf to the root that `note` signs."""

    example: ClassVar[Example] = {"position": 1840, "size": 1841, "proof": [NODE], "note": NOTE}

    position: int = Field(description="the event's leaf")
    size: int = Field(description="leaves of the tree")
    proof: list[str] = Field(description="hashes, hex, from the leaf's sibling upwards")
    note: str = Field(description="the signed note of this size")


class ConsistencyProofResponse(ApiResponse):
    """RFC 6962, 2.1.2: the log of `old_size` events is the beginning of the one `note` signs."""

    example: ClassVar[Example] = {"old_size": 1700, "size": 1841, "proof": [NODE], "note": NOTE}

    old_size: int = Field(description="leaves of the earlier tree")
    size: int = Field(description="leaves of the newer tree")
    proof: list[str] = Field(description="hashes, hex")
    note: str = Field(description="the signed note of `size`")
