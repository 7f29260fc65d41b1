"""Evidence and what belongs to it, found and opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from kyc.analysis.findings import TemplateKind
from kyc.analysis.manifest import ModelManifest
from kyc.evidence.models import FACTS, MEDIA, MERGED_FACTS, TEMPLATE, Evidence, Template
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import TYPES
from storage.context import Context
from storage.keys.names import KeyPurpose

# Made once: each file that is sent, and each that was analysed, runs it.
_CURRENT = sa.select(Evidence).where(
    Evidence.onboarding_id == sa.bindparam("onboarding", type_=sa.Uuid()),
    Evidence.state.not_in([EvidenceState.SUPERSEDED, EvidenceState.RETRY]),
)


def current_evidence(context: Context, onboarding_id: UUID) -> dict[str, Evidence]:
    """What fills the slots now, by kind. A failed attempt still counts, but fills nothing."""
    found = context.session.scalars(_CURRENT, {"onboarding": onboarding_id})
    return {evidence.kind: evidence for evidence in found}


def store_media(
    context: Context, owner: Applicant, media_id: UUID, purpose: KeyPurpose, content: bytes
) -> None:
    """Seal a file into the media store; it goes again when the transaction is rolled back.

    Raises `storage.media.StoreUnavailable`, `storage.keyring.DataErased`, `KeysUnavailable`.
    """
    sealed = MEDIA[purpose].seal(context.keyring, owner, media_id, content)
    context.media.put_with(context.session, media_id, sealed)


def read_media(context: Context, owner: Applicant, media_id: UUID, purpose: KeyPurpose) -> bytes:
    """A file, unsealed.

    Raises `MediaMissing`, `StoreUnavailable`, `SealBroken`, `storage.keyring.KeysUnavailable`.
    """
    return MEDIA[purpose].open(context.keyring, owner, media_id, context.media.get(media_id))


def seal_facts(
    context: Context, owner: Applicant, evidence: Evidence, facts: Mapping[str, str]
) -> None:
    """Keep what a document says."""
    plain = json.dumps(dict(facts), ensure_ascii=False).encode()
    evidence.facts = FACTS.seal(context.keyring, owner, evidence.id, plain)


def seal_merged_facts(
    context: Context, owner: Applicant, evidence: Evidence, facts: Mapping[str, str]
) -> None:
    """Keep what a document says together with other photos of it, or with a confirmed name."""
    plain = json.dumps(dict(facts), ensure_ascii=False).encode()
    evidence.merged_facts = MERGED_FACTS.seal(context.keyring, owner, evidence.id, plain)


def open_facts(context: Context, owner: Applicant, evidence: Evidence) -> dict[str, str]:
    """What a document says, in all photos of it that count; empty for one that says nothing."""
    if evidence.merged_facts is None:
        return open_own_facts(context, owner, evidence)
    opened = MERGED_FACTS.open(context.keyring, owner, evidence.id, evidence.merged_facts)
    facts: dict[str, str] = json.loads(opened)
    return facts


def open_own_facts(context: Context, owner: Applicant, evidence: Evidence) -> dict[str, str]:
    """What one photo said, by itself; empty for evidence that says nothing."""
    if evidence.facts is None:
        return {}
    opened = FACTS.open(context.keyring, owner, evidence.id, evidence.facts)
    facts: dict[str, str] = json.loads(opened)
    return facts


def store_template(
    context: Context, owner: Applicant, evidence: Evidence, kind: TemplateKind, packed: bytes
) -> None:
    """Seal a biometric reference, bound to the weights of this process."""
    models = context.resource(ModelManifest).digest(TYPES.of(evidence.kind).models)
    row = Template(evidence_id=evidence.id, kind=kind, models=models)
    row.sealed = TEMPLATE.seal(context.keyring, owner, row.row, packed)
    context.session.add(row)


def open_template(
    context: Context, owner: Applicant, evidence_id: UUID, kind: TemplateKind
) -> bytes | None:
    """A biometric reference, packed; None where there is none."""
    row = context.session.get(Template, (evidence_id, kind))
    return None if row is None else unseal_template(context, owner, row)


def unseal_template(context: Context, owner: Applicant, row: Template) -> bytes:
    """The packed reference of a row."""
    return TEMPLATE.open(context.keyring, owner, row.row, row.sealed)
