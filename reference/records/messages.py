"""What is asked of the service and what it answers, as `contract.yaml` has it.

A test holds both to the same.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

Code = Annotated[StrictStr, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
Text = Annotated[StrictStr, Field(min_length=1, max_length=400)]
MaskedNumber = Annotated[StrictStr, Field(pattern=r"^[0-9]{3}\*{11}[0-9]{3}[0-9X]$")]
Channel = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Amount = Annotated[StrictInt, Field(ge=0, le=10**13)]
Count = Annotated[StrictInt, Field(ge=0, le=10**9)]
MAX_ROWS = 20_000


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RecordRequest(_Message):
    """A business; nothing names a person."""

    credit_code: Code


class AcquiringRequest(RecordRequest):
    """A business and days, both of them included."""

    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_day > self.last_day:
            raise ValueError("the first day is after the last")
        return self


class Registry(_Message):
    """What the business registry says."""

    name: Text
    code: Code
    status: Text
    principal: Text
    principal_number: MaskedNumber | None = None
    founded: date | None = None
    abnormal: StrictBool = False
    as_of: date


class AcquiredDay(_Message):
    """What customers paid on one day through one channel, in fen."""

    day: date
    channel: Channel
    gross_fen: Amount
    refunded_fen: Amount = 0
    fee_fen: Amount = 0
    count: Count


class Acquiring(_Message):
    """What an acquirer collected for a business, by day and channel."""

    first_day: date
    last_day: date
    days: Annotated[tuple[AcquiredDay, ...], Field(max_length=MAX_ROWS)]
    as_of: date


class Reviews(_Message):
    """What customers say of a shop."""

    stars: Annotated[float, Field(ge=1, le=5)] | None = None
    count: Count = 0
    complaints_90d: Count = 0
    as_of: date


class RegistryAnswer(_Message):
    """The registry's record of the business that was asked about."""

    credit_code: Code
    record: Registry


class AcquiringAnswer(_Message):
    """The acquirer's record of the business that was asked about."""

    credit_code: Code
    record: Acquiring


class ReviewsAnswer(_Message):
    """The reviews of the business that was asked about."""

    credit_code: Code
    record: Reviews
