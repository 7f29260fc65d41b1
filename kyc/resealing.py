"""Values of 0.1.0, sealed under a person's one data key, are sealed again under those of today.

Until then the wrapped key stands in the person's row, and in each backup of the database. One
person at a time: first their files, with no transaction open, then their rows. What does not open
is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import NAME, PHONE, TOTP_SECRET, Applicant, Staff
from kyc.evidence.models import CHUNK, FACTS, MEDIA, TEMPLATE, Evidence, Template, Upload
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from kyc.review.models import NOTE, Verdict
from kyc.verification.models import Verification
from storage.context import Context
from storage.keyring import DataErased, KeyOwner, KeyPurpose, SealBroken
from storage.media import MediaMissing
from storage.sealed import SealedField

log = structlog.get_logger()

R = TypeVar("R", Evidence, Upload, Verdict)


def with_old_key(context: Context) -> UUID | None:
    """An applicant whose values may need the one data key; None where nobody is left."""
    query = sa.select(Applicant.id).where(sa.func.length(Applicant.data_key) > 0)
    return context.session.scalar(query.order_by(Applicant.id).limit(1))


def staff_with_old_key(context: Context) -> UUID | None:
    """A member of staff whose second factor is sealed under a key in their row."""
    query = sa.select(Staff.id).where(sa.func.length(Staff.data_key) > 0)
    return context.session.scalar(query.order_by(Staff.id).limit(1))


def reseal_files(context: Context, applicant_id: UUID) -> int:
    """Exchange a person's old files for new ones, each as a whole; returns how many.

    Call it in a reading: it writes to the media store alone, and may be called again. Raises
    `StoreUnavailable`, `KeysUnavailable`.
    """
    owner = context.session.get_one(Applicant, applicant_id)
    return sum(_reseal_file(context, owner, *file) for file in _files(context, owner.id))


def reseal_rows(context: Context, applicant_id: UUID) -> None:
    """Seal a person's values again and forget the old key, after `reseal_files`.

    Raises `KeysUnavailable`.
    """
    owner = context.session.get_one(Applicant, applicant_id, with_for_update=True)
    owner.phone = _again(context, PHONE, owner, owner.id, owner.phone)
    if owner.name is not None:
        owner.name = _again(context, NAME, owner, owner.id, owner.name)
    onboardings = sa.select(Onboarding.id).where(Onboarding.applicant_id == owner.id)
    for evidence in context.session.scalars(_of(Evidence, onboardings)):
        if evidence.facts is not None:
            evidence.facts = _again(context, FACTS, owner, evidence.id, evidence.facts)
        for template in context.session.scalars(_templates(evidence)):
            template.sealed = _again(context, TEMPLATE, owner, template.row, template.sealed)
    for verdict in context.session.scalars(_of(Verdict, onboardings)):
        if verdict.sealed_note is not None:
            verdict.sealed_note = _again(context, NOTE, owner, verdict.id, verdict.sealed_note)
    owner.data_key = b""


def reseal_staff(context: Context, staff_id: UUID) -> None:
    """Seal the second factor of a member of staff again. Raises `KeysUnavailable`."""
    row = context.session.get_one(Staff, staff_id, with_for_update=True)
    row.totp = _again(context, TOTP_SECRET, row, row.id, row.totp)
    row.data_key = b""


def _files(context: Context, owner: UUID) -> Iterator[tuple[SealedField, object, UUID]]:
    """Every file of a person: how and for which row it is sealed, and its id."""
    onboardings = sa.select(Onboarding.id).where(Onboarding.applicant_id == owner)
    for evidence in context.session.scalars(_of(Evidence, onboardings)):
        yield MEDIA[TYPES.of(evidence.kind).purpose], evidence.id, evidence.id
    for upload in context.session.scalars(_of(Upload, onboardings)):
        for chunk in upload.parts:
            yield CHUNK[TYPES.of(upload.kind).purpose], f"{upload.id}:{chunk}", UUID(chunk)
    spoken = sa.select(Verification.id).where(Verification.applicant_id == owner)
    for recording in context.session.scalars(spoken):
        yield MEDIA[KeyPurpose.BIOMETRICS], recording, recording


def _reseal_file(
    context: Context, owner: Applicant, field: SealedField, row: object, file: UUID
) -> bool:
    try:
        before = context.media.get(file)
    except MediaMissing:
        return False
    after = _again(context, field, owner, row, before)
    if after is before:
        return False
    context.media.put(file, after)
    return True


def _again(
    context: Context, field: SealedField, owner: KeyOwner, row: object, sealed: bytes
) -> bytes:
    """A value under the key of today; as it is where it has one already, or does not open."""
    if not field.is_old(context.keyring, owner, sealed):
        return sealed
    try:
        plain = field.open(context.keyring, owner, row, sealed)
        return field.seal(context.keyring, owner, row, plain)
    except (SealBroken, DataErased):
        log.warning("left as it is", table=field.table, column=field.column, row=str(row))
        return sealed


def _of(model: type[R], onboardings: sa.Select[UUID]) -> sa.Select[R]:
    return sa.select(model).where(model.onboarding_id.in_(onboardings))


def _templates(evidence: Evidence) -> sa.Select[Template]:
    return sa.select(Template).where(Template.evidence_id == evidence.id)
