"""What came of reading a file. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
MAX_TOLD = 200  # rows that are told one by one; the rest are counted


class Fault(StrEnum):
    """What was noticed of a whole file that was read."""

    OWNER_DIFFERS = "owner_differs"
    OWNER_UNKNOWN = "owner_unknown"
    FUTURE_ROWS = "future_rows"
    BALANCE_BREAKS = "balance_breaks"
    TOTALS_OFF = "totals_off"
    ROWS_REFUSED = "rows_refused"
    DUPLICATES = "duplicates"
    INVOICE_DOUBTFUL = "invoice_doubtful"


class Told(BaseModel):
    """A stable code, the line it is about, and further values of its sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    line: int | None = None
    count: int | None = None
    missing: tuple[Code, ...] = ()  # of a header: what none of its columns is


class FileFinding(BaseModel):
    """Of a file that was read, what it is and what was noticed; else why it is refused.

    `locked` says that a password is needed. `owner` is who a statement says it is of.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    refused: Told | None = None
    locked: bool = False
    publisher: Annotated[str, Field(max_length=64)] | None = None
    account: Annotated[str, Field(max_length=16)] | None = None
    owner: Annotated[str, Field(max_length=200)] | None = None
    firms: tuple[Annotated[str, Field(max_length=200)], ...] = ()  # of an invoice: ids and names
    rows: Annotated[int, Field(ge=0)] = 0
    first_day: date | None = None
    last_day: date | None = None
    not_read: tuple[Told, ...] = ()
    faults: tuple[Told, ...] = ()
