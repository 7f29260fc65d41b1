"""Keys by person and purpose: made once, bound to both, and gone for good once destroyed."""

from __future__ import annotations

import pytest

from core.ids import new_id
from storage.keyring import DataErased, KeyPurpose, SealBroken, key_id
from storage.keys.cipher import DataKey
from storage.keys.names import Root
from storage.keys.roots import new_root_key
from storage.keys.wrapping import WRAPPED, LocalWrapper
from storage.sealed import SealedField
from tests.support.keys import MemoryRoots, Owner, memory_keyring

FACE = SealedField("faces", "face", KeyPurpose.BIOMETRICS)
NAME = SealedField("people", "name", KeyPurpose.IDENTITY)


def test_a_person_has_one_key_of_each_purpose() -> None:
    keyring, ada, bob = memory_keyring(), Owner(), Owner()
    keys = {
        keyring.sealing_key(owner, purpose).key_id
        for owner in (ada, bob, ada)
        for purpose in KeyPurpose
    }
    assert len(keys) == 2 * len(KeyPurpose)


def test_a_wrapped_key_opens_for_its_person_and_purpose_alone() -> None:
    roots, ada = MemoryRoots(b"m" * 32), new_id()
    wrapper = LocalWrapper(roots)
    wrapped = wrapper.wrap(b"k" * 32, ada, KeyPurpose.LOANS)
    assert wrapper.unwrap(wrapped, ada, KeyPurpose.LOANS) == b"k" * 32
    with pytest.raises(SealBroken):
        wrapper.unwrap(wrapped, new_id(), KeyPurpose.LOANS)
    with pytest.raises(SealBroken):
        wrapper.unwrap(wrapped, ada, KeyPurpose.BIOMETRICS)
    with pytest.raises(SealBroken):
        LocalWrapper(MemoryRoots(b"n" * 32)).unwrap(wrapped, ada, KeyPurpose.LOANS)


def test_a_wrapped_key_names_its_root_and_opens_after_a_newer_one() -> None:
    roots, ada = MemoryRoots(b"m" * 32), new_id()
    wrapper = LocalWrapper(roots)
    old = wrapper.wrap(b"k" * 32, ada, KeyPurpose.LOANS)
    assert old.startswith(WRAPPED + key_id(b"m" * 32))
    roots.add(Root.DATA, new_root_key())
    assert wrapper.unwrap(old, ada, KeyPurpose.LOANS) == b"k" * 32
    new = wrapper.wrap(b"k" * 32, ada, KeyPurpose.LOANS)
    assert wrapper.root_id(new) == wrapper.newest_root_id() != wrapper.root_id(old)
    roots.destroy(Root.DATA, key_id(b"m" * 32))
    with pytest.raises(SealBroken):
        wrapper.unwrap(old, ada, KeyPurpose.LOANS)


@pytest.mark.parametrize("broken", [b"", b"short", WRAPPED, b"\x00" * 60])
def test_a_data_key_that_is_none_does_not_open(broken: bytes) -> None:
    keyring = memory_keyring()
    with pytest.raises(SealBroken):
        keyring.wrapper.unwrap(broken, new_id(), KeyPurpose.IDENTITY)
    with pytest.raises(SealBroken):
        keyring.old_key(Owner(data_key=broken), KeyPurpose.IDENTITY)


def test_what_a_destroyed_key_sealed_does_not_open_and_the_rest_does() -> None:
    keyring, ada = memory_keyring(), Owner()
    face, name = (field.seal(keyring, ada, 1, b"value") for field in (FACE, NAME))
    assert keyring.exists(ada.id, KeyPurpose.BIOMETRICS)
    assert keyring.destroy(ada.id, KeyPurpose.BIOMETRICS)
    assert not keyring.exists(ada.id, KeyPurpose.BIOMETRICS)
    with pytest.raises(SealBroken):
        FACE.open(keyring, ada, 1, face)
    assert NAME.open(keyring, ada, 1, name) == b"value"
    assert not keyring.destroy(ada.id, KeyPurpose.BIOMETRICS)  # again, without harm


def test_nothing_more_is_sealed_after_a_destruction_until_a_key_is_made() -> None:
    keyring, ada = memory_keyring(), Owner()
    old = FACE.seal(keyring, ada, 1, b"value")
    keyring.destroy(ada.id, KeyPurpose.BIOMETRICS)
    with pytest.raises(DataErased):
        FACE.seal(keyring, ada, 1, b"value")
    keyring.create(ada.id, KeyPurpose.BIOMETRICS)
    assert FACE.open(keyring, ada, 1, FACE.seal(keyring, ada, 1, b"new")) == b"new"
    with pytest.raises(SealBroken):
        FACE.open(keyring, ada, 1, old)


def test_a_purpose_that_never_had_a_key_is_closed_too() -> None:
    keyring, ada = memory_keyring(), Owner()
    assert not keyring.destroy(ada.id, KeyPurpose.LOANS)
    with pytest.raises(DataErased):
        keyring.sealing_key(ada, KeyPurpose.LOANS)


def test_a_late_destruction_leaves_the_key_that_was_made_since() -> None:
    keyring, ada = memory_keyring(), Owner()
    old = keyring.sealing_key(ada, KeyPurpose.BIOMETRICS).key_id
    keyring.destroy(ada.id, KeyPurpose.BIOMETRICS, only=old)
    keyring.create(ada.id, KeyPurpose.BIOMETRICS)
    assert not keyring.destroy(ada.id, KeyPurpose.BIOMETRICS, only=old)
    assert keyring.exists(ada.id, KeyPurpose.BIOMETRICS)


def test_making_a_key_leaves_the_one_in_force() -> None:
    keyring, ada = memory_keyring(), Owner()
    key = keyring.sealing_key(ada, KeyPurpose.LOANS).key_id
    keyring.create(ada.id, KeyPurpose.LOANS)
    assert keyring.sealing_key(ada, KeyPurpose.LOANS).key_id == key


def test_a_key_id_says_nothing_of_its_key() -> None:
    assert key_id(b"k" * 32) != key_id(b"l" * 32)
    assert key_id(b"k" * 32) not in b"k" * 32
    assert len(key_id(b"k" * 32)) == 4
    assert DataKey(b"k" * 32).key_id == key_id(b"k" * 32)
