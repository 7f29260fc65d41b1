"""Data keys are wrapped again; what does not open keeps its root; nothing else changes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.jobs.key_rotation import RotationIncomplete, finish_data, rotate_data
from app.key_report import report
from app.services import Services
from storage.keyring import KeyPurpose
from storage.keys.names import Root
from storage.keys.rotation import Rewrapping, rewrap_batch
from storage.keys.store import KEYS
from storage.sealed import SealedField
from tests.support.keys import Owner

NOTE = SealedField("tests", "note", KeyPurpose.LOANS)
PEOPLE = 450  # more than two batches


def quiet(_: str) -> None:
    """Say nothing."""


def test_every_key_is_wrapped_again_and_opens(services: Services) -> None:
    keyring = services.parts.keyring
    people = [Owner() for _ in range(PEOPLE)]
    sealed = [NOTE.seal(keyring, owner, 1, b"note") for owner in people]
    keyring.destroy(people[0].id, KeyPurpose.LOANS)
    old = keyring.roots.newest(Root.DATA)
    rotate_data(services, quiet, grace_s=0)
    assert old not in keyring.roots.versions(Root.DATA)
    newest = keyring.roots.newest(Root.DATA).id.hex()
    assert keyring.store.counts() == {("loans", newest): PEOPLE - 1, ("loans", None): 1}
    for owner, value in list(zip(people, sealed, strict=True))[1:]:
        assert NOTE.open(keyring, owner, 1, value) == b"note"
    assert any("loans 449 under" in line for line in report(services))


def test_an_interrupted_rotation_goes_on(services: Services) -> None:
    keyring = services.parts.keyring
    people = [Owner() for _ in range(PEOPLE)]
    sealed = [NOTE.seal(keyring, owner, 1, b"note") for owner in people]
    keyring.wrapper.rotate()
    assert rewrap_batch(keyring, Rewrapping())
    finish_data(keyring, quiet, grace_s=0)
    assert len(keyring.roots.versions(Root.DATA)) == 1
    for owner, value in zip(people, sealed, strict=True):
        assert NOTE.open(keyring, owner, 1, value) == b"note"


def test_a_key_that_does_not_open_keeps_its_root(services: Services) -> None:
    keyring = services.parts.keyring
    broken, whole = Owner(), Owner()
    for owner in (broken, whole):
        NOTE.seal(keyring, owner, 1, b"note")
    with keyring.store.engine.begin() as connection:
        damaged = sa.update(KEYS).where(KEYS.c.person_id == broken.id)
        connection.execute(damaged.values(wrapped=b"\x00KK\x01damaged"))
    with pytest.raises(RotationIncomplete, match="1 data keys"):
        rotate_data(services, quiet, grace_s=0)
    assert len(keyring.roots.versions(Root.DATA)) == 2
    assert keyring.sealing_key(whole, KeyPurpose.LOANS)
