"""What other systems answer about a business, as it is checked and kept. Pure.

Of an answer nothing is believed but what a record has a field for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from loans.sources.kinds import SourceKind

Text = Annotated[str, Field(min_length=1, max_length=400)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Amount = Annotated[int, Field(ge=0, le=10**13)]  # in fen
Day = Annotated[date, Field(strict=False)]
Code = Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]  # GB 32100
# The first three and the last four characters of an identity number (GB 11643).
MaskedNumber = Annotated[str, Field(pattern=r"^[0-9]{3}\*{11}[0-9]{3}[0-9X]$")]
MAX_ROWS = 20_000  # two years by day and channel are some 4,000


JsonObject = dict[str, Any]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class RegistryRecord(_Record):
    """What the business registry says (工商登记)."""

    name: Text
    code: Code
    status: Text  # as the registry words it: 存续, 注销
    principal: Text
    principal_number: MaskedNumber | None = None
    founded: Day | None = None
    abnormal: bool = False  # on the list of abnormal operations (经营异常名录)
    as_of: Day


class AcquiredDay(_Record):
    """What customers paid a merchant on one day, through one channel, in fen."""

    day: Day
    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    gross_fen: Amount
    refunded_fen: Amount = 0
    fee_fen: Amount = 0
    count: Count  # of payments


class AcquiringRecord(_Record):
    """What an acquirer collected for a business, from the first to the last day."""

    first_day: Day
    last_day: Day
    days: Annotated[tuple[AcquiredDay, ...], Field(max_length=MAX_ROWS, strict=False)]
    as_of: Day


class ReviewsRecord(_Record):
    """What customers say of a shop on a platform."""

    stars: Annotated[float, Field(ge=1, le=5)] | None = None
    count: Count = 0
    complaints_90d: Count = 0
    as_of: Day


AnyRecord = RegistryRecord | AcquiringRecord | ReviewsRecord
MODELS: Mapping[SourceKind, type[AnyRecord]] = {
    SourceKind.REGISTRY: RegistryRecord,
    SourceKind.ACQUIRING: AcquiringRecord,
    SourceKind.REVIEWS: ReviewsRecord,
}


class _Answer(_Record):
    """Of which business it is; the record itself is read by the model of its source."""

    credit_code: Code
    record: JsonObject


class RecordInvalid(ValueError):
    """Bytes that hold no record of a source, or one that cannot be."""


def answered_record(source: SourceKind, code: str, today: date, content: bytes) -> AnyRecord:
    """The record of an answer about the business `code`. Raises `RecordInvalid`.

    It is about that business, of no day to come, and tells each day and channel once.
    """
    try:
        answer = _Answer.model_validate_json(content)
        record = MODELS[source].model_validate(answer.record)
    except ValidationError as error:
        raise RecordInvalid from error
    if answer.credit_code != code or record.as_of > today:
        raise RecordInvalid
    if isinstance(record, RegistryRecord) and record.code != code:
        raise RecordInvalid
    if isinstance(record, AcquiringRecord):
        _require_days_once(record)
    return record


def kept_record(source: SourceKind, content: bytes) -> AnyRecord:
    """A record as `content_of` kept it. Raises `RecordInvalid`."""
    try:
        return MODELS[source].model_validate_json(content)
    except ValidationError as error:
        raise RecordInvalid from error


def content_of(record: AnyRecord) -> bytes:
    """A record as it is kept."""
    return record.model_dump_json().encode()


def _require_days_once(record: AcquiringRecord) -> None:
    if not record.first_day <= record.last_day <= record.as_of:
        raise RecordInvalid
    told = [(each.day, each.channel) for each in record.days]
    outside = [day for day, _ in told if not record.first_day <= day <= record.last_day]
    if outside or len(set(told)) < len(told):
        raise RecordInvalid
