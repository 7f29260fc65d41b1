"""What other systems answered about a business, as a profile is built from it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import Applicant
from kyc.identity import VerifiedIdentity, business_of, opened_identity
from loans.known.inputs import EvidenceInput
from loans.policy import LoanPolicy
from loans.profile.owner import EvidenceKind
from loans.sources.consent import consented_sources
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import RECORD_CONTENT, SourceRecord
from loans.sources.packing import pack_statement
from loans.sources.record_pieces import (
    OnPaper,
    Principal,
    RegistryDifference,
    StatusWords,
    merchant_statement,
    principal_of,
    registry_differences,
)
from loans.sources.records import (
    AcquiringRecord,
    AnyRecord,
    RecordInvalid,
    RegistryRecord,
    ReviewsRecord,
    kept_record,
)
from storage.context import Context
from storage.damage import DAMAGE

log = structlog.get_logger()

REGISTRY = "registry"  # where a profile keeps what a registry says otherwise than papers do
SOURCES = "sources"  # where it keeps of which sources it was computed
_BROKEN: tuple[type[Exception], ...] = (*DAMAGE, RecordInvalid)


@dataclass(frozen=True)
class Answered:
    """What one system answered: a record, or that it knows no such business (None)."""

    source: SourceKind
    record: AnyRecord | None


@dataclass(frozen=True)
class PackedPiece:
    """A statement that was made of a record, packed as files are."""

    packed: bytes

    def opened(self) -> bytes:
        """As it is."""
        return self.packed


def answers_of(
    context: Context, applicant_id: UUID, allowed: AbstractSet[SourceKind]
) -> list[Answered]:
    """What was answered about the account's business, of the sources that may be used.

    One that is damaged says nothing.
    """
    owner = context.session.get_one(Applicant, applicant_id)
    answered = _answered(context, applicant_id, allowed).order_by(SourceRecord.source)
    found: list[Answered] = []
    for row in context.session.scalars(answered):
        try:
            found.append(Answered(row.source, _opened(context, owner, row)))
        except _BROKEN as error:
            log.error("a record is damaged", record=str(row.id), what=type(error).__name__)
    return found


def pieces_of(answers: list[Answered]) -> tuple[PackedPiece, ...]:
    """Statements of merchant accounts."""
    return tuple(
        PackedPiece(pack_statement(merchant_statement(one.record)))
        for one in answers
        if isinstance(one.record, AcquiringRecord)
    )


def evidence_of(answers: list[Answered], identity: VerifiedIdentity) -> Iterator[EvidenceInput]:
    """What records say for or against the person's owning the business.

    A registry's number is compared as far as it shows it (ADR 0072).
    """
    for one in answers:
        if one.source is SourceKind.REGISTRY:
            yield _registered(one.record, identity)
        elif one.source is SourceKind.ACQUIRING:
            yield EvidenceInput(kind=EvidenceKind.MERCHANT_ACCOUNT, present=one.record is not None)


def registry_of(answers: list[Answered]) -> RegistryRecord | None:
    """The registry's record, where there is one."""
    found = (one.record for one in answers if isinstance(one.record, RegistryRecord))
    return next(found, None)


def reviews_of(answers: list[Answered]) -> ReviewsRecord | None:
    """The record of reviews, where there is one."""
    found = (one.record for one in answers if isinstance(one.record, ReviewsRecord))
    return next(found, None)


def told_by_registry(
    context: Context, answers: list[Answered], identity: VerifiedIdentity
) -> dict[str, Any]:
    """What a profile keeps of a registry's answer; nothing where there is none."""
    asked = [one for one in answers if one.source is SourceKind.REGISTRY]
    if not asked:
        return {}
    record = registry_of(asked)
    told = {"differs": [each.value for each in _differences(context, record, identity)]}
    if record is None:
        return {REGISTRY: told}
    return {REGISTRY: {**told, "status": record.status, "as_of": record.as_of.isoformat()}}


def differences_on_record(
    context: Context, applicant_id: UUID, onboarding_id: UUID
) -> tuple[RegistryDifference, ...]:
    """What the registry's record says otherwise than papers do, opened where it is kept.

    No profile has to be built for it, and no other system is asked. A record that cannot be opened
    counts as unknown to the registry: it lets nobody pass. One of a business that the account had
    before says nothing of this one. Raises what opening papers raises.
    """
    if context.rules(LoanPolicy).sources is None:
        return ()
    allowed = consented_sources(context, applicant_id, Use.CREDIT) & {SourceKind.REGISTRY}
    if not _is_answered(context, applicant_id, allowed):
        return ()
    record = registry_of(answers_of(context, applicant_id, allowed))
    return _differences(context, record, opened_identity(context, onboarding_id, purpose="loan"))


def _is_answered(context: Context, applicant_id: UUID, sources: AbstractSet[SourceKind]) -> bool:
    found = _answered(context, applicant_id, sources).limit(1)
    return context.session.scalar(found) is not None


def _answered(
    context: Context, applicant_id: UUID, sources: AbstractSet[SourceKind]
) -> sa.Select[SourceRecord]:
    return sa.select(SourceRecord).where(
        SourceRecord.applicant_id == applicant_id,
        SourceRecord.business == business_of(context, applicant_id),
        SourceRecord.source.in_(sources),
        SourceRecord.answered_at.is_not(None),
    )


def _differences(
    context: Context, record: RegistryRecord | None, identity: VerifiedIdentity
) -> tuple[RegistryDifference, ...]:
    rules = context.rules(LoanPolicy).known_by.records
    words = StatusWords(rules.operating, rules.ending)
    return tuple(registry_differences(record, _on_paper(identity), words))


def _opened(context: Context, owner: Applicant, row: SourceRecord) -> AnyRecord | None:
    if row.content is None:
        return None
    content = RECORD_CONTENT.open(context.keyring, owner, row.id, row.content)
    return kept_record(row.source, content)


def _registered(record: AnyRecord | None, identity: VerifiedIdentity) -> EvidenceInput:
    if not isinstance(record, RegistryRecord):
        return EvidenceInput(kind=EvidenceKind.REGISTRY_LEGAL_PERSON, present=False)
    principal = principal_of(record, _on_paper(identity))
    if principal is Principal.SAME_NAME:
        return EvidenceInput(kind=EvidenceKind.REGISTRY_NAME)
    kind = EvidenceKind.REGISTRY_LEGAL_PERSON
    return EvidenceInput(kind=kind, present=principal is Principal.SAME)


def _on_paper(identity: VerifiedIdentity) -> OnPaper:
    return OnPaper(identity.name, identity.number, identity.business_name)
