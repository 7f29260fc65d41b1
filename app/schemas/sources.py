"""Sources: consents, files, signals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from app.schemas.common import ApiModel, ApiRequest, ApiResponse, Example, Text
from loans.sources.kinds import Channel, SourceKind, Use
from loans.sources.signals import SignalKind
from loans.sources.states import FileState, RecordState

CONSENT_ID = "01990f4b-70c0-7a11-9c51-1f2a3b4c5d61"
FILE_ID = "01990f4b-70c1-7b22-8d62-2a3b4c5d6e72"


class SourceConsentRequest(ApiRequest):
    """A consent to one use of one source."""

    example: ClassVar[Example] = {"source": "wechat", "use": "credit", "version": "2026-11-29"}

    source: SourceKind = Field(description="which source")
    use: Use = Field(description="what it may be used for")
    version: Text = Field(description="the version of the text that was read, of `GET /sources`")


class SourceConsentResponse(ApiResponse):
    """A consent in force."""

    example: ClassVar[Example] = {
        "id": CONSENT_ID,
        "source": "wechat",
        "use": "credit",
        "channel": "person",
        "given_at": "2026-11-29T04:00:00Z",
        "ends_at": "2027-11-29T04:00:00Z",
    }

    id: UUID = Field(description="withdraw it with this id")
    source: SourceKind = Field(description="which source")
    use: Use = Field(description="what it may be used for")
    channel: Channel = Field(description="how it comes")
    given_at: datetime = Field(description="since when")
    ends_at: datetime = Field(description="until when, unless it is withdrawn")


class OfferedUseResponse(ApiResponse):
    """A use that may be consented to, and the text of the consent."""

    example: ClassVar[Example] = {
        "use": "credit",
        "name": "评估能否借款、能借多少",
        "text": "我同意……",
    }

    use: Use = Field(description="what for")
    name: str = Field(description="its name")
    text: str = Field(description="what is consented to")


class ToldResponse(ApiResponse):
    """Something about a file, with its line where it has one."""

    example: ClassVar[Example] = {
        "code": "balance_breaks",
        "line": 214,
        "count": 1,
        "text": "第 214 行的余额与上一行对不上。",
    }

    code: str = Field(description="a stable code")
    line: int | None = Field(default=None, description="line, row of the sheet, or printed number")
    count: int | None = Field(default=None, description="how many")
    text: str = Field(description="what it means, and what to do")


class SourceFileResponse(ApiResponse):
    """A file of a source, and what became of it."""

    example: ClassVar[Example] = {
        "id": FILE_ID,
        "source": "wechat",
        "name": "微信支付账单.xlsx",
        "state": "read",
        "length": 48_213,
        "received": 48_213,
        "publisher": "wechat",
        "rows": 412,
        "first_day": "2025-11-01",
        "last_day": "2026-10-31",
        "is_used": True,
        "faults": [],
        "rows_not_read": [],
    }

    id: UUID = Field(description="its id")
    source: SourceKind = Field(description="which source it was sent as")
    name: str = Field(description="as its owner named it")
    state: FileState = Field(description="where it stands; of a `refused` one nothing is kept")
    length: int = Field(description="bytes of the whole")
    received: int = Field(description="bytes that have arrived")
    publisher: str | None = Field(description="who published it")
    rows: int | None = Field(description="movements or invoices that were read")
    first_day: date | None = Field(description="of the first of them")
    last_day: date | None = Field(description="of the last of them")
    is_used: bool = Field(description="whether it counts; `faults` say why not")
    faults: list[ToldResponse] = Field(description="what was noticed, or why it is refused")
    rows_not_read: list[ToldResponse] = Field(description="rows that were not read, with why")


class SourceRecordResponse(ApiResponse):
    """A record that another system is asked for."""

    example: ClassVar[Example] = {"state": "known", "answered_at": "2026-11-29T04:00:05Z"}

    state: RecordState = Field(
        description="where it stands; one that `failed` is asked for again by itself"
    )
    answered_at: datetime | None = Field(description="when it was answered last")


class SourceResponse(ApiResponse):
    """A source: what may be consented to, what is, and what was sent."""

    example: ClassVar[Example] = {
        "source": "wechat",
        "name": "微信支付账单",
        "available": True,
        "takes_files": True,
        "record": None,
        "version": "2026-11-29",
        "valid_days": 365,
        "uses": [OfferedUseResponse.example],
        "consents": [SourceConsentResponse.example],
        "files": [SourceFileResponse.example],
    }

    source: SourceKind = Field(description="which source")
    name: str = Field(description="its name")
    available: bool = Field(description="whether it can be read here; else nothing is offered")
    takes_files: bool = Field(description="whether files of it are sent")
    record: SourceRecordResponse | None = Field(
        description="the record that is asked for, once it is consented to"
    )
    version: str = Field(description="of the text that is consented to")
    valid_days: int = Field(description="for how many days a consent stands")
    uses: list[OfferedUseResponse] = Field(description="what may be consented to")
    consents: list[SourceConsentResponse] = Field(description="what is consented to now")
    files: list[SourceFileResponse] = Field(description="what was sent")


class SourcesResponse(ApiResponse):
    """Every source."""

    example: ClassVar[Example] = {"sources": [SourceResponse.example], "is_moving": False}

    sources: list[SourceResponse] = Field(description="in the order in which to show them")
    is_moving: bool = Field(description="whether a file is being read or a record asked for")


class FileUploadRequest(ApiModel):
    """`Upload-Length`, and what `Upload-Metadata` names; further metadata is not kept."""

    model_config = ConfigDict(extra="ignore", strict=True)
    example: ClassVar[Example] = {"filename": "微信支付账单.zip", "length": 48_213}

    filename: Annotated[Text, Field(min_length=1, max_length=200)] = Field(
        description="as its owner names it"
    )
    length: int = Field(description="bytes of the whole file")
    password: Annotated[Text, Field(max_length=100)] | None = Field(
        default=None, description="of a zip or a PDF that has one"
    )
    sha256: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="of the whole file, lower-case hex"
    )


class PasswordRequest(ApiRequest):
    """The password of a file."""

    example: ClassVar[Example] = {"password": "730518"}

    password: Annotated[Text, Field(min_length=1, max_length=100)] = Field(
        description="as the publisher sent it"
    )


class SignalRequest(ApiModel):
    """Something that was done in the app."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    example: ClassVar[Example] = {
        "kind": "search",
        "at": "2026-11-28T12:00:00Z",
        "text": "奶茶店 进货 贷款",
    }

    kind: SignalKind = Field(description="what was done")
    at: AwareDatetime = Field(description="when")
    text: Annotated[Text, Field(max_length=200)] = Field(
        default="", description="the words of a search"
    )


class SignalsRequest(ApiRequest):
    """Signals of an owner's own."""

    model_config = ConfigDict(extra="forbid", strict=False)
    example: ClassVar[Example] = {"signals": [SignalRequest.example]}

    signals: Annotated[list[SignalRequest], Field(min_length=1, max_length=100)] = Field(
        description="in any order"
    )


class SignalsResponse(ApiResponse):
    """How many were kept."""

    example: ClassVar[Example] = {"kept": 1}

    kept: int = Field(description="how many")
