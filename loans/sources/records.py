"""What other systems answer about a business, as it is kept. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=400)]
Count = Annotated[int, Field(ge=0, le=10**9)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class RegistryRecord(_Record):
    """What the business registry says (工商登记)."""

    name: Text
    code: Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
    status: Text  # as the registry words it: 存续, 注销
    principal: Text
    principal_number_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    founded: Annotated[date, Field(strict=False)] | None = None
    abnormal: bool = False  # on the list of abnormal operations (经营异常名录)
    as_of: Annotated[date, Field(strict=False)]


class ReviewsRecord(_Record):
    """What customers say of a shop on a platform."""

    stars: Annotated[float, Field(ge=1, le=5)] | None = None
    count: Count = 0
    complaints_90d: Count = 0
    as_of: Annotated[date, Field(strict=False)]
