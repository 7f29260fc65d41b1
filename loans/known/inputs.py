"""What a profile is computed from, as a confined process receives it. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from loans.profile.feature import Source
from loans.profile.policy import ProfileRules
from loans.sources.records import ReviewsRecord
from loans.sources.rows import AccountKind


class PieceKind(StrEnum):
    """What a packed piece holds."""

    STATEMENT = "statement"
    INVOICE = "invoice"


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EvidenceInput(_Input):
    """What was looked for, whether it was there, and how long ago."""

    kind: str
    present: bool = True
    days_ago: int = 0


class ProfileInputs(_Input):
    """Everything but the packed pieces, which come in the order of `pieces`."""

    today: date
    person: str
    businesses: tuple[str, ...]
    credit_code: str
    pieces: tuple[PieceKind, ...]
    evidence: tuple[EvidenceInput, ...] = ()
    reviews: ReviewsRecord | None = None
    registry_as_of: date | None = None  # of its record; None: none was answered
    not_offered: tuple[Source, ...] = ()  # what nobody can be asked for here
    owner_not_printed: tuple[AccountKind, ...] = ()  # a statement of these need not name its owner
    max_piece_bytes: int
    rules: ProfileRules


class ComputedProfile(BaseModel):
    """Features, and what else is shown of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    features: dict[str, Any]
    known: dict[str, Any]
