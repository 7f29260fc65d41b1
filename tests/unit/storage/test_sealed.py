"""Sealed fields open where they belong and nowhere else; old ciphertext still opens."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from access.models import NAME, PHONE, TOTP_SECRET
from core.ids import new_id
from kyc.analysis.findings import TemplateKind
from kyc.evidence.models import CHUNK, FACTS, MEDIA, TEMPLATE, template_row
from storage.keyring import KeyPurpose, SealBroken
from storage.keys.master import derive
from storage.keys.names import Root
from storage.sealed import SEALED, SealedField
from tests.support.keys import Owner, memory_keyring

ROOT_KEY = b"m" * 32
DATA_ROOT = derive(ROOT_KEY, Root.DATA)
KEYRING = memory_keyring(DATA_ROOT)
FIELDS = (PHONE, NAME, TOTP_SECRET, FACTS, *MEDIA.values(), *CHUNK.values(), TEMPLATE)


def owner() -> Owner:
    return Owner()


@given(st.binary(max_size=200), st.sampled_from(FIELDS))
def test_what_is_sealed_opens_for_its_row(plain: bytes, field: SealedField) -> None:
    ada, row = owner(), new_id()
    sealed = field.seal(KEYRING, ada, row, plain)
    assert field.open(KEYRING, ada, row, sealed) == plain
    assert len(plain) < 12 or plain not in sealed


def test_no_two_fields_are_bound_alike() -> None:
    assert len({(field.table, field.column, field.purpose) for field in FIELDS}) == len(FIELDS)


def test_a_value_that_was_moved_does_not_open() -> None:
    ada, bob, row = owner(), owner(), new_id()
    sealed = NAME.seal(KEYRING, ada, row, "林知夏".encode())
    with pytest.raises(SealBroken):
        NAME.open(KEYRING, ada, new_id(), sealed)  # to another row
    with pytest.raises(SealBroken):
        PHONE.open(KEYRING, ada, row, sealed)  # to another column
    with pytest.raises(SealBroken):
        SealedField("staff", "name", KeyPurpose.IDENTITY).open(
            KEYRING, ada, row, sealed
        )  # to another table
    with pytest.raises(SealBroken):
        NAME.open(KEYRING, bob, row, sealed)  # to another owner
    with pytest.raises(SealBroken):
        SealedField("applicants", "name", KeyPurpose.LOANS).open(
            KEYRING, ada, row, sealed
        )  # purpose
    with pytest.raises(SealBroken):
        NAME.open(memory_keyring(b"n" * 32), ada, row, sealed)  # to another house


@given(st.data())
def test_a_changed_or_truncated_value_does_not_open(data: st.DataObject) -> None:
    ada, row = owner(), new_id()
    sealed = bytearray(FACTS.seal(KEYRING, ada, row, b"value"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    cut = bytes(sealed[:place])
    sealed[place] ^= data.draw(st.integers(1, 255))
    for broken in (bytes(sealed), cut):
        with pytest.raises(SealBroken):
            FACTS.open(KEYRING, ada, row, broken)


def test_the_same_value_is_sealed_otherwise_each_time() -> None:
    ada, row = owner(), new_id()
    assert NAME.seal(KEYRING, ada, row, b"a") != NAME.seal(KEYRING, ada, row, b"a")


# What was written before keys had ids, from the primitives that wrote it.


def old_encrypt(key: bytes, plain: bytes, associated_data: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, associated_data.encode())


def old_owner() -> tuple[Owner, bytes]:
    """Somebody whose data key was wrapped before wrappings named their root; and the key."""
    owner_id, key = new_id(), AESGCM.generate_key(256)
    wrapped = old_encrypt(DATA_ROOT, key, f"data key:{owner_id}")
    return Owner(owner_id, wrapped), key


OLD_BINDINGS = [
    (PHONE, "applicants.phone:{row}"),
    (NAME, "applicants.name:{row}"),
    (TOTP_SECRET, "staff.totp:{row}"),
    (FACTS, "evidence.facts:{row}"),
    *((field, "media:{row}") for field in MEDIA.values()),
    *((field, "upload:{row}") for field in CHUNK.values()),
    (TEMPLATE, "template:{row}"),
]


@pytest.mark.parametrize(("field", "binding"), OLD_BINDINGS)
def test_old_ciphertext_still_opens(field: SealedField, binding: str) -> None:
    ada, key = old_owner()
    row = str(new_id())
    sealed = old_encrypt(key, b"old", binding.format(row=row))
    assert field.open(KEYRING, ada, row, sealed) == b"old"
    with pytest.raises(SealBroken):
        field.open(KEYRING, ada, str(new_id()), sealed)
    with pytest.raises(SealBroken):
        field.open(KEYRING, owner(), row, sealed)


def test_the_rows_of_chunks_and_templates_are_bound_as_they_were() -> None:
    ada, key = old_owner()
    upload, chunk, evidence = new_id(), new_id(), new_id()
    sealed = old_encrypt(key, b"part", f"upload:{upload}:{chunk}")
    assert CHUNK[KeyPurpose.BIOMETRICS].open(KEYRING, ada, f"{upload}:{chunk}", sealed) == b"part"
    sealed = old_encrypt(key, b"face", f"template:face:{evidence}")
    row = template_row(TemplateKind.FACE, evidence)
    assert template_row(TemplateKind.FACE, evidence, "weights") == f"{row}:weights"
    assert TEMPLATE.open(KEYRING, ada, row, sealed) == b"face"


def test_an_old_owner_gets_new_values() -> None:
    ada, _ = old_owner()
    row = new_id()
    sealed = PHONE.seal(KEYRING, ada, row, b"13800000001")
    assert sealed.startswith(SEALED)
    assert PHONE.open(KEYRING, ada, row, sealed) == b"13800000001"


def test_an_old_value_whose_nonce_begins_like_a_header_still_opens() -> None:
    ada, key = old_owner()
    row = new_id()
    nonce = SEALED + KEYRING.old_key(ada, PHONE.purpose).key_id + b"rest"
    sealed = nonce + AESGCM(key).encrypt(nonce, b"old", f"applicants.phone:{row}".encode())
    assert PHONE.open(KEYRING, ada, row, sealed) == b"old"


def test_what_was_erased_stays_so_for_old_values() -> None:
    keyring = memory_keyring(DATA_ROOT)
    ada, key = old_owner()
    row = new_id()
    face = old_encrypt(key, b"face", f"template:{row}")
    name = old_encrypt(key, b"name", f"applicants.name:{row}")
    assert TEMPLATE.open(keyring, ada, row, face) == b"face"
    keyring.destroy(ada.id, KeyPurpose.BIOMETRICS)
    keyring.create(ada.id, KeyPurpose.BIOMETRICS)
    with pytest.raises(SealBroken):
        TEMPLATE.open(keyring, ada, row, face)
    assert NAME.open(keyring, ada, row, name) == b"name"
