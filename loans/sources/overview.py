"""Every source of an owner: what may be consented to, what is, what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from kyc.identity import business_of
from loans.policy import LoanPolicy
from loans.sources.consent import own_source_consents
from loans.sources.files import counts, name_of, own_file, own_files
from loans.sources.kinds import SourceKind
from loans.sources.models import SourceConsent, SourceFile, SourceRecord
from loans.sources.offered import is_available
from loans.sources.policy import KindRules
from loans.sources.states import FileState, RecordState
from storage.context import Context


@dataclass(frozen=True)
class OwnFile:
    """A file, how its owner named it, and whether it is used.

    `is_of_business` is false of one that was sent when the account had another business.
    """

    file: SourceFile
    name: str
    is_used: bool
    is_of_business: bool


@dataclass(frozen=True)
class SourceView:
    """One source; it is not available where it is asked for and nobody can be asked."""

    kind: SourceKind
    rules: KindRules
    is_available: bool
    record: SourceRecord | None
    consents: Sequence[SourceConsent]
    files: Sequence[OwnFile]


@dataclass(frozen=True)
class SourcesView:
    """All of them, and whether something is being read."""

    sources: Sequence[SourceView]
    is_moving: bool


def own_sources(context: Context) -> SourcesView:
    """The actor's sources."""
    require(context, Permission.LOAN_READ)
    consents, files = own_source_consents(context), own_files(context)
    records = _own_records(context)
    rules = context.rules(LoanPolicy).known_by
    views = [
        SourceView(
            kind=kind,
            rules=rules.kinds[kind],
            is_available=is_available(context, kind),
            record=records.get(kind),
            consents=[consent for consent in consents if consent.source is kind],
            files=[shown_file(context, file) for file in files if file.source is kind],
        )
        for kind in SourceKind
    ]
    reading = any(file.state is FileState.READING for file in files)
    asking = any(record.state is RecordState.ASKED for record in records.values())
    return SourcesView(views, reading or asking)


def own_shown_file(context: Context, source: SourceKind, file_id: UUID) -> OwnFile:
    """One of the actor's files. Raises `core.errors.NotFound`."""
    return shown_file(context, own_file(context, source, file_id))


def shown_file(context: Context, file: SourceFile) -> OwnFile:
    """A file as its owner sees it."""
    of_business = file.business == business_of(context, file.applicant_id)
    used = file.state is FileState.READ and counts(file, context.rules(LoanPolicy).known_by)
    return OwnFile(file, name_of(context, file), used and of_business, of_business)


def _own_records(context: Context) -> Mapping[SourceKind, SourceRecord]:
    own = sa.select(SourceRecord).where(SourceRecord.applicant_id == context.actor.uuid)
    return {record.source: record for record in context.session.scalars(own)}
