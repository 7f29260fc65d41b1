"""What somebody finds who has every byte of an installation, and every root key that is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from access.models import NAME, PHONE, Applicant
from app.services import Services
from kyc.evidence.models import FACTS, MEDIA, TEMPLATE, Evidence, Template
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from storage.keyring import NONCE_BYTES, KeyPurpose, SealBroken
from storage.keys.cipher import DataKey
from storage.keys.names import Root
from storage.keys.wrapping import WRAPPED, LocalWrapper
from storage.sealed import SealedField

OLD_WRAPPING = NONCE_BYTES + 32 + 16  # nonce, key, tag
NEW_WRAPPING = len(WRAPPED) + 4 + OLD_WRAPPING


@dataclass(frozen=True)
class SealedValue:
    """A ciphertext, and where it stood."""

    field: SealedField
    row: str
    sealed: bytes


def every_byte(*folders: Path) -> list[bytes]:
    """The content of every file below folders."""
    return [file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()]


def sealed_values(services: Services, person: UUID) -> list[SealedValue]:
    """All that is sealed of a person, in rows and files."""
    found = []
    with services.reading() as context:
        owner = context.session.get_one(Applicant, person)
        found.append(SealedValue(PHONE, str(owner.id), owner.phone))
        found.append(SealedValue(NAME, str(owner.id), owner.name or b""))
        sent = sa.select(Evidence).join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        for row in context.session.scalars(sent.where(Onboarding.applicant_id == person)):
            media = MEDIA[TYPES.of(row.kind).purpose]
            found.append(SealedValue(media, str(row.id), context.media.get(row.id)))
            if row.facts is not None:
                found.append(SealedValue(FACTS, str(row.id), row.facts))
            for template in context.session.scalars(
                sa.select(Template).where(Template.evidence_id == row.id)
            ):
                found.append(SealedValue(TEMPLATE, template.row, template.sealed))
    return found


def carved_keys(services: Services, person: UUID, contents: Iterable[bytes]) -> list[bytes]:
    """Every data key of a person that opens from any place of these bytes."""
    found = []
    for content in contents:
        found += list(_new_keys(services, person, content))
        found += list(_old_keys(services, person, content))
    return found


def marked_keys(services: Services, person: UUID, contents: Iterable[bytes]) -> list[bytes]:
    """The same, of keys as they are wrapped today: for places too large to try every byte of."""
    return [key for content in contents for key in _new_keys(services, person, content)]


def opened(values: Iterable[SealedValue], keys: Iterable[bytes]) -> list[SealedValue]:
    """The values that one of the keys opens."""
    keys = list(keys)
    return [value for value in values if any(_opens(value, key) for key in keys)]


def _new_keys(services: Services, person: UUID, content: bytes) -> Iterator[bytes]:
    wrapper = LocalWrapper(services.parts.keyring.roots)
    start = content.find(WRAPPED)
    while start >= 0:
        for purpose in KeyPurpose:
            with suppress(SealBroken):
                yield wrapper.unwrap(content[start : start + NEW_WRAPPING], person, purpose)
        start = content.find(WRAPPED, start + 1)


def _old_keys(services: Services, person: UUID, content: bytes) -> Iterator[bytes]:
    """Keys of 0.1.0 have no mark: every place is tried."""
    binding = f"data key:{person}".encode()
    for root in services.parts.keyring.roots.versions(Root.DATA):
        cipher = AESGCM(root.key)
        for start in range(len(content) - OLD_WRAPPING + 1):
            nonce = content[start : start + NONCE_BYTES]
            try:
                yield cipher.decrypt(
                    nonce, content[start + NONCE_BYTES : start + OLD_WRAPPING], binding
                )
            except InvalidTag:
                continue


def _opens(value: SealedValue, key: bytes) -> bool:
    cipher, field = DataKey(key), value.field
    bindings = [
        (8, f"{field.table}.{field.column}:{value.row}:{cipher.key_id.hex()}"),
        (0, (field.legacy or f"{field.table}.{field.column}:{{row}}").format(row=value.row)),
    ]
    for start, binding in bindings:
        with suppress(SealBroken):
            cipher.decrypt(value.sealed[start:], binding.encode())
            return True
    return False
