"""Rows and files as 0.1.0 sealed them: under one data key, wrapped in the person's own row."""

from __future__ import annotations

import os
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from access.models import NAME, PHONE, TOTP_SECRET, Applicant, Staff
from app.services import Services
from kyc.evidence.models import FACTS, MEDIA, TEMPLATE, Evidence, Template
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from storage.context import Context
from storage.keys.names import Root
from storage.keys.store import KEYS


def age(services: Services, applicant_id: UUID) -> bytes:
    """Seal all that a person has as it was then; returns the wrapped data key."""
    key = AESGCM.generate_key(256)
    with services.transaction() as context:
        owner = context.session.get_one(Applicant, applicant_id)
        _age_rows(context, owner, key)
        root = context.keyring.roots.newest(Root.DATA).key
        owner.data_key = encrypted(root, key, f"data key:{owner.id}")
        wrapped = owner.data_key
    store = services.parts.keyring.store
    with store.engine.begin() as connection:
        connection.execute(sa.delete(KEYS).where(KEYS.c.person_id == applicant_id))
    return wrapped


def age_staff(services: Services, staff_id: UUID) -> None:
    """Seal the secret of a second factor as it was then."""
    key = AESGCM.generate_key(256)
    with services.transaction() as context:
        row = context.session.get_one(Staff, staff_id)
        secret = TOTP_SECRET.open(context.keyring, row, row.id, row.totp)
        root = context.keyring.roots.newest(Root.DATA).key
        row.data_key = encrypted(root, key, f"data key:{row.id}")
        row.totp = encrypted(key, secret, f"staff.totp:{row.id}")


def encrypted(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """A value without a key id."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def _age_rows(context: Context, owner: Applicant, key: bytes) -> None:
    ring = context.keyring
    phone = PHONE.open(ring, owner, owner.id, owner.phone)
    owner.phone = encrypted(key, phone, f"applicants.phone:{owner.id}")
    if owner.name is not None:
        name = NAME.open(ring, owner, owner.id, owner.name)
        owner.name = encrypted(key, name, f"applicants.name:{owner.id}")
    sent = sa.select(Evidence).join(Onboarding, Onboarding.id == Evidence.onboarding_id)
    for row in context.session.scalars(sent.where(Onboarding.applicant_id == owner.id)):
        if row.facts is not None:
            facts = FACTS.open(ring, owner, row.id, row.facts)
            row.facts = encrypted(key, facts, f"evidence.facts:{row.id}")
        media = MEDIA[TYPES.of(row.kind).purpose]
        content = media.open(ring, owner, row.id, context.media.get(row.id))
        context.media.put(row.id, encrypted(key, content, f"media:{row.id}"))
        for template in context.session.scalars(sa.select(Template).filter_by(evidence_id=row.id)):
            packed = TEMPLATE.open(ring, owner, template.row, template.sealed)
            template.models = None
            template.sealed = encrypted(key, packed, f"template:{template.row}")
