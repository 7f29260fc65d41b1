"""Consent: given to one version of a text, needed before evidence, withdrawn at any time."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import writer as log
from kyc.services import Desk, by, open_onboarding, own_onboarding
from kyc.evidence.chunks import abandon
from storage.states import EVIDENCE, move
from kyc.onboarding.models import Consent, Evidence, Template, Upload
from storage.database import new_id, utc_now
from storage.failures import Invalid, NotFound, Refused
from storage.media import MediaStore

BIOMETRIC = "biometric"
BIOMETRIC_EVIDENCE = ("face_video", "voice_clip")


class ConsentMissing(Refused):
    code = "consent_missing"
    detail = "请先同意相应条款。Give your consent first."


class ConsentOutdated(Invalid):
    code = "consent_outdated"
    detail = "条款已更新，请重新阅读。The text has changed: read and accept its newest version."


def give_consent(
    session: Session, desk: Desk, applicant_id: UUID, onboarding_id: UUID, kind: str, version: str
) -> Consent:
    onboarding = open_onboarding(session, applicant_id, onboarding_id)
    if desk.policy.consent.versions.get(kind) != version:
        raise ConsentOutdated
    consent = Consent(id=new_id(), onboarding_id=onboarding.id, kind=kind, text_version=version)
    session.add(consent)
    log.record(
        session,
        by(applicant_id),
        "consent.given",
        consent.id,
        onboarding_id=onboarding.id,
        kind=kind,
        version=version,
    )
    return consent


def withdraw_consent(
    session: Session, media: MediaStore, applicant_id: UUID, onboarding_id: UUID, kind: str
) -> None:
    """End a consent. With the biometric one go all templates, and what is not yet decided on.

    What was decided stays decided; the log keeps that it was, without the templates.
    Raises `NotFound` where no such consent is in force.
    """
    onboarding = own_onboarding(session, applicant_id, onboarding_id, lock=True)
    in_force = list(session.scalars(_in_force(onboarding.id, kind)))
    if not in_force:
        raise NotFound
    for consent in in_force:
        consent.withdrawn_at = utc_now()
    if kind == BIOMETRIC:
        _forget(session, onboarding.id, undecided=onboarding.state == "open")
        for upload in session.scalars(_unfinished(onboarding.id)):
            abandon(session, media, upload)
    log.record(
        session,
        by(applicant_id),
        "consent.withdrawn",
        onboarding.id,
        onboarding_id=onboarding.id,
        kind=kind,
    )


def require_consent(session: Session, onboarding_id: UUID, kind: str) -> None:
    """Raises `ConsentMissing`."""
    if session.scalar(_in_force(onboarding_id, kind).limit(1)) is None:
        raise ConsentMissing


def _in_force(onboarding_id: UUID, kind: str) -> sa.Select[Consent]:
    return sa.select(Consent).where(
        Consent.onboarding_id == onboarding_id,
        Consent.kind == kind,
        Consent.withdrawn_at.is_(None),
    )


def _unfinished(onboarding_id: UUID) -> sa.Select[Upload]:
    return sa.select(Upload).where(
        Upload.onboarding_id == onboarding_id, Upload.kind.in_(BIOMETRIC_EVIDENCE)
    )


def _forget(session: Session, onboarding_id: UUID, *, undecided: bool) -> None:
    for evidence in session.scalars(
        sa.select(Evidence).where(Evidence.onboarding_id == onboarding_id)
    ):
        session.execute(sa.delete(Template).where(Template.evidence_id == evidence.id))
        usable = "superseded" in EVIDENCE[evidence.state]
        if undecided and usable and evidence.kind in BIOMETRIC_EVIDENCE:
            move(evidence, "superseded", EVIDENCE)
