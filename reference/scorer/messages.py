"""What is asked of the scorer and what it answers, as `contract.yaml` has it.

A test holds both to the same.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr

from reference.scorer.card import MAX_REASONS, Name, Opaque

MAX_FEATURES = 200


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FeatureValue(_Message):
    """A value with where it comes from; what is not known is left out, never zero."""

    value: StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=200)]
    source: Name
    as_of: date
    coverage: Annotated[StrictFloat, Field(ge=0, le=1)] = 1.0


class AssessmentRequest(_Message):
    """A loan to assess. Nothing in it names a person."""

    application: Opaque
    product: Name
    purpose: Name
    amount_fen: Annotated[StrictInt, Field(ge=1, le=10**12)]
    tenor_months: Annotated[StrictInt, Field(ge=1, le=120)]
    catalogue: Opaque
    features: Annotated[dict[Name, FeatureValue], Field(max_length=MAX_FEATURES)]


class ReasonAnswer(_Message):
    """A feature that costs points."""

    code: Name
    feature: Name
    points_lost: Annotated[int, Field(ge=1)]


class ModelAnswer(_Message):
    """Which card assessed."""

    name: Opaque
    version: Opaque
    card_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class AssessmentAnswer(_Message):
    """An assessment of the application that was asked about."""

    assessment: Opaque
    application: Opaque
    model: ModelAnswer
    points: int
    pd_12m: Annotated[float, Field(gt=0, lt=1)]
    reasons: Annotated[tuple[ReasonAnswer, ...], Field(max_length=MAX_REASONS)]
    missing: tuple[Name, ...]
    valid_until: AwareDatetime
