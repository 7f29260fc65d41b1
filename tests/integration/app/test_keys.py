"""Keys of an installation: an old one is continued, and processes hold what they need alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from access.models import PHONE, Applicant
from app.jobs.key_rotation import rotate_log
from app.services import Services, open_services
from app.settings import Settings
from core.ids import new_id
from storage.blind_index import Indexed
from storage.keyring import KeyPurpose, SealBroken
from storage.keys.master import derive
from storage.keys.names import Root
from storage.keys.roots import RootKeyUnusable
from tests.support.factories import applicant, onboarded
from tests.support.log import grow, verified

MASTER = b"m" * 32


def encrypted(key: bytes, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def test_an_installation_with_a_master_key_goes_on(settings: Settings) -> None:
    settings.keys.mkdir(parents=True)
    (settings.keys / "master.key").write_bytes(base64.b64encode(MASTER))
    owner_id, key = new_id(), AESGCM.generate_key(256)
    wrapped = encrypted(derive(MASTER, Root.DATA), key, f"data key:{owner_id}")
    services = open_services(settings)
    index = hmac.digest(derive(MASTER, Root.INDEX), b"phone\x0013800000001", hashlib.sha256)
    with services.transaction() as context:
        assert context.blind_index.of(Indexed.PHONE, "13800000001") == index.hex()
        owner = Applicant(
            id=owner_id,
            phone_blind=index.hex(),
            phone=encrypted(key, b"13800000001", f"applicants.phone:{owner_id}"),
            data_key=wrapped,
            created_at=context.now(),
        )
        context.session.add(owner)
        context.session.flush()
        assert PHONE.open(context.keyring, owner, owner.id, owner.phone) == b"13800000001"
    log_key = Ed25519PrivateKey.from_private_bytes(derive(MASTER, Root.LOG)).public_key()
    assert services.log_key.public_key == log_key.public_bytes_raw()
    assert not (settings.keys / "master.key").exists()


def test_only_what_sequences_the_log_needs_its_signing_key(services: Services) -> None:
    grow(services, 3)
    settings = services.settings
    settings.log_key_file.rename(settings.keys / "of another user")
    web = open_services(settings)
    assert verified(web).intact
    with pytest.raises(RootKeyUnusable, match=r"log\.key"):
        _ = web.signer
    assert not settings.log_key_file.exists()


def test_the_log_key_lies_where_the_settings_say(settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "log" / "signing.key"
    elsewhere.parent.mkdir()
    services = open_services(settings.model_copy(update={"log_key": elsewhere}))
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600
    assert not (settings.keys / "log.key").exists()
    grow(services, 1)
    assert verified(services).intact


def test_a_destroyed_key_is_gone_for_every_process(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    other = open_services(services.settings)
    with other.reading() as context:
        row = context.session.get_one(Applicant, owner.id)
        assert PHONE.open(context.keyring, row, row.id, row.phone)
    assert services.parts.keyring.destroy(owner.id, KeyPurpose.IDENTITY)
    with other.reading() as context, pytest.raises(SealBroken):
        PHONE.open(context.keyring, row, row.id, row.phone)


def test_no_key_lies_in_the_database(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    with services.reading() as context:
        assert context.session.get_one(Applicant, owner.id).data_key == b""
    stored = services.parts.keyring.store.find(owner.id, KeyPurpose.BIOMETRICS)
    assert stored is not None
    assert stored.wrapped is not None
    for file in services.settings.var.glob("kaihu.sqlite*"):
        assert stored.wrapped not in file.read_bytes()


def test_files_of_keys_are_nobody_elses_to_read(services: Services) -> None:
    applicant(services)
    keys = services.settings.keys
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in keys.iterdir()}
    assert modes.pop("log.pub") == 0o644
    assert set(modes.values()) == {0o600}


def test_a_new_log_key_is_followed_by_processes_that_run(services: Services) -> None:
    grow(services, 3)
    web, first = open_services(services.settings), services.log_key.public_key
    rotate_log(services, lambda _: None)
    grow(services, 2)
    rotate_log(services, lambda _: None)
    grow(services, 2)
    assert verified(web).intact
    assert [key.until for key in web.log_key.chain.earlier] == [3, 5]
    assert web.log_key.chain.earlier[0].public_key == first
    assert len(services.parts.keyring.roots.versions(Root.LOG)) == 1  # the old ones are destroyed


def test_a_rotation_that_ended_before_the_announcement_leaves_the_old_key(
    services: Services,
) -> None:
    roots = services.parts.keyring.roots
    spare = roots.make_newest(Root.LOG)
    grow(services, 1)
    assert verified(services).intact
    rotate_log(services, lambda _: None)
    assert roots.versions(Root.LOG) == (spare,)
    grow(services, 1)
    assert verified(services).intact
