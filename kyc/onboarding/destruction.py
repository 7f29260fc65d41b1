"""What an onboarding holds is destroyed: biometrics, documents, uploads that are not whole."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from kyc.analysis.findings import TemplateKind
from kyc.evidence import types
from kyc.evidence.models import Evidence, NameCorrection, Template, Upload
from kyc.onboarding.models import Onboarding
from privacy.destruction import Doomed, destroy
from privacy.kinds import ConsentKind
from privacy.models import DestructionCause
from storage.context import Context
from storage.keys.names import KeyPurpose


def destroy_biometrics(
    context: Context,
    onboarding: Onboarding,
    cause: DestructionCause,
    purposes: tuple[KeyPurpose, ...] = (),
) -> None:
    """Templates of every piece of evidence, the files of face and voice, and keys of purposes."""
    session = context.session
    of_onboarding = sa.select(Evidence.id).where(Evidence.onboarding_id == onboarding.id)
    templates = session.scalars(
        sa.select(Template).where(Template.evidence_id.in_(of_onboarding))
    ).all()
    faces = [row.evidence_id for row in templates if row.kind is TemplateKind.FACE]
    rows = [f"templates:{row.row}" for row in templates]
    for row in templates:
        session.delete(row)
    files = _files(context, onboarding, types.kinds_with_consent(ConsentKind.BIOMETRIC))
    if not (rows or files or purposes):
        return
    doomed = Doomed(
        cause=cause,
        kind="biometrics",
        applicant_id=onboarding.applicant_id,
        rows=tuple(rows),
        files=files,
        faces=tuple(faces),
        purposes=purposes,
    )
    destroy(context, doomed)


def destroy_documents(context: Context, onboarding: Onboarding, cause: DestructionCause) -> None:
    """Photos of documents and what was read off them; that they were sent stays on record."""
    kinds = types.kinds_with_consent(ConsentKind.TERMS)
    read = sa.select(Evidence).where(
        Evidence.onboarding_id == onboarding.id,
        sa.or_(Evidence.facts.is_not(None), Evidence.merged_facts.is_not(None)),
    )
    rows = []
    for evidence in context.session.scalars(read):
        evidence.facts = evidence.merged_facts = None
        rows.append(f"evidence.facts:{evidence.id}")
    corrected = sa.select(NameCorrection).where(
        NameCorrection.onboarding_id == onboarding.id, NameCorrection.value.is_not(None)
    )
    for correction in context.session.scalars(corrected):
        correction.value = None
        rows.append(f"name_corrections.value:{correction.id}")
    files = _files(context, onboarding, kinds)
    if rows or files:
        destroy(context, Doomed(cause, "documents", onboarding.applicant_id, tuple(rows), files))


def destroy_uploads(
    context: Context, uploads: Sequence[Upload], cause: DestructionCause, kind: str = "uploads"
) -> None:
    """Uploads that are not whole, with their chunks."""
    if not uploads:
        return
    chunks = tuple(UUID(chunk) for upload in uploads for chunk in upload.parts)
    rows = tuple(f"uploads:{upload.id}" for upload in uploads)
    for upload in uploads:
        context.session.delete(upload)
    destroy(context, Doomed(cause, kind, rows=rows, files=chunks))


def destroy_parts(context: Context, upload: Upload) -> None:
    """The chunks of an upload that arrived whole; the upload stays."""
    chunks, upload.parts = tuple(UUID(chunk) for chunk in upload.parts), []
    destroy(context, Doomed(DestructionCause.ASSEMBLED, "upload_parts", files=chunks))


def destroy_files(
    context: Context,
    evidence: Sequence[Evidence],
    cause: DestructionCause,
    kind: str,
    applicant_id: UUID | None = None,
) -> None:
    """Files that were sent; that they were stays on record."""
    files = _marked(context, evidence)
    if files:
        destroy(context, Doomed(cause, kind, applicant_id, files=files))


def _files(context: Context, onboarding: Onboarding, kinds: tuple[str, ...]) -> tuple[UUID, ...]:
    sent = sa.select(Evidence).where(
        Evidence.onboarding_id == onboarding.id, Evidence.kind.in_(kinds)
    )
    return _marked(context, context.session.scalars(sent).all())


def _marked(context: Context, evidence: Sequence[Evidence]) -> tuple[UUID, ...]:
    """The files that are left, which from now on count as destroyed."""
    left = [row for row in evidence if row.file_destroyed_at is None]
    for row in left:
        row.file_destroyed_at = context.now()
    return tuple(row.id for row in left)
