"""What onboarding adds to an export, and what it withholds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from kyc.evidence.models import CORRECTION, FACTS, MEDIA, MERGED_FACTS, Evidence
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from kyc.verification.models import Verification
from privacy.export import EXPORT, ExportFile
from storage.context import Context
from storage.keys.names import KeyPurpose

AGAINST_FRAUD = "what is found against an application is not told in full (fraud prevention)"


def files_sent(context: Context, owner: Applicant) -> Iterator[ExportFile]:
    """Every file that the person sent and that is still kept, opened one at a time."""
    sent = (
        sa.select(Evidence)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(Onboarding.applicant_id == owner.id, Evidence.file_destroyed_at.is_(None))
        .order_by(Evidence.id)
    )
    for row in context.session.scalars(sent):
        name = f"files/{row.onboarding_id}/{row.kind}-{row.id}"
        yield _file(context, owner, row.id, TYPES.of(row.kind).purpose, name)
    calls = sa.select(Verification).where(
        Verification.applicant_id == owner.id,
        Verification.content_blind.is_not(None),
        Verification.file_destroyed_at.is_(None),
    )
    for call in context.session.scalars(calls.order_by(Verification.id)):
        yield _file(context, owner, call.id, KeyPurpose.BIOMETRICS, f"files/calls/{call.id}")


def _file(
    context: Context, owner: Applicant, media_id: UUID, purpose: KeyPurpose, name: str
) -> ExportFile:
    media, keyring = context.media, context.keyring

    def opened() -> bytes:
        return MEDIA[purpose].open(keyring, owner, media_id, media.get(media_id))

    return ExportFile(name, partial(opened))


EXPORT.files.append(files_sent)
for sealed in (FACTS, MERGED_FACTS, CORRECTION):
    EXPORT.opens(sealed)
for column in (
    *("onboardings.reasons", "onboardings.automatic", "checks.reasons", "checks.measurements"),
    *("checks.outcome", "verdicts.note", "verdicts.sealed_note", "verdicts.judgement"),
    "unmaskings.note",
    *("calls.reasons", "calls.measurements", "templates.sealed"),
):
    EXPORT.withholds(column, AGAINST_FRAUD)
