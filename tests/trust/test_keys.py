"""Destroying a key erases, from a backup too; roots are replaced while everything goes on."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from uuid import UUID

import pytest

from access.models import PHONE, Applicant
from access.token_keys import TokenKeys
from app.jobs.key_rotation import finish_data, rotate_data, rotate_log, rotate_tokens
from app.jobs.resealing import reseal_all
from app.services import Services, open_services
from app.settings import Settings
from core.ids import new_id
from storage.keyring import KeyPurpose, SealBroken
from storage.keys.names import Root
from storage.sealed import SealedField
from tests.support.carving import carved_keys, every_byte, opened, sealed_values
from tests.support.factories import applicant, onboarded
from tests.support.keys import Owner
from tests.support.log import grow, verified
from tests.support.old_keys import age

PROCESSES, ROTATIONS, GRACE_S, PATIENCE_S = 3, 4, 2.0, 300.0
NOTE = SealedField("tests", "note", KeyPurpose.LOANS)


def backup(services: Services, folder: Path) -> Path:
    """What a backup holds: the database as SQLite copies it, its files as they lie, the media."""
    var = services.settings.var
    shutil.copytree(var / "media", folder / "media")
    for file in var.glob("kaihu.sqlite*"):
        shutil.copy(file, folder)
    with sqlite3.connect(var / "kaihu.sqlite") as source:
        source.backup(sqlite3.connect(folder / "copy.sqlite"))
    return folder


def test_nothing_of_a_purpose_opens_once_its_key_is_destroyed(
    services: Services, tmp_path: Path
) -> None:
    owner, stranger = applicant(services), applicant(services, "13800000002")
    onboarded(owner)
    other = open_services(services.settings)
    values = sealed_values(services, owner.id)
    kept = backup(services, tmp_path)
    places = (services.settings.var, kept)
    before = carved_keys(services, owner.id, every_byte(*places))
    assert len(opened(values, before)) == len(values) > 10  # the carver finds what is there
    for purpose in (KeyPurpose.BIOMETRICS, KeyPurpose.IDENTITY):
        left = [value for value in values if value.field.purpose is not purpose]
        services.parts.keyring.destroy(owner.id, purpose)
        keys = carved_keys(services, owner.id, every_byte(*places))
        still = opened(values, keys)
        assert [value for value in still if value.field.purpose is purpose] == []
        values, left = left, still
        assert len(values) == len(left)
    assert keys == []
    for process in (services, other, open_services(services.settings)):
        with process.reading() as context:
            row = context.session.get_one(Applicant, owner.id)
            with pytest.raises(SealBroken):
                PHONE.open(context.keyring, row, row.id, row.phone)
            row = context.session.get_one(Applicant, stranger.id)
            assert PHONE.open(context.keyring, row, row.id, row.phone) == b"13800000002"


def test_a_backup_of_0_1_0_opens_until_its_root_is_destroyed(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    wrapped = age(services, owner.id)
    values = sealed_values(services, owner.id)
    reseal_all(services)
    services.parts.keyring.destroy(owner.id, KeyPurpose.IDENTITY)
    services.parts.keyring.destroy(owner.id, KeyPurpose.BIOMETRICS)
    keys = carved_keys(services, owner.id, [wrapped])
    assert len(opened(values, keys)) == len(values)  # told in ADR "data keys outside"
    rotate_data(services, lambda _: None, grace_s=0)
    assert carved_keys(services, owner.id, [wrapped, *every_byte(services.settings.var)]) == []


@dataclass(frozen=True)
class Load:
    """How processes that use keys are told to begin together and to end, and what they tell."""

    began: Barrier
    over: Event
    told: Queue[tuple[int, list[str], list[tuple[UUID, bytes]]]]


def use_keys(settings: Settings, people: list[tuple[UUID, bytes]], load: Load) -> None:
    """What processes do all the time: seal and open, for new people and old, sign and verify."""
    services, uses, faults = open_services(settings), 0, []
    keyring, tokens = services.parts.keyring, services.parts.resources.get(TokenKeys)
    made: list[tuple[Owner, bytes, str]] = []
    claims = {"sub": "s", "sid": "s", "jti": "j", "iat": 0, "exp": 4102444800}
    now = services.parts.clock.now
    load.began.wait(PATIENCE_S)
    while not load.over.is_set():
        try:
            owner = Owner()
            made.append((owner, NOTE.seal(keyring, owner, 1, b"new"), tokens.sign(claims)))
            for earlier, sealed, token in made[-5:]:
                assert NOTE.open(keyring, earlier, 1, sealed) == b"new"
                assert tokens.verify(token, now())["sub"] == "s"
                uses += 2
            for person, sealed in people:
                assert NOTE.open(keyring, Owner(person), 1, sealed) == b"old"
                uses += 1
        except Exception as error:
            faults.append(repr(error))
    load.told.put((uses, faults, [(owner.id, sealed) for owner, sealed, _ in made]))


def under_load(
    settings: Settings, people: list[tuple[UUID, bytes]], meanwhile: Callable[[], None]
) -> tuple[list[int], list[str], list[tuple[UUID, bytes]]]:
    """Do something while processes use keys: how often each did, faults, and what they sealed."""
    spawn = multiprocessing.get_context("spawn")
    load = Load(spawn.Barrier(PROCESSES + 1), spawn.Event(), spawn.Queue())
    arguments = (settings, people, load)
    running = [spawn.Process(target=use_keys, args=arguments) for _ in range(PROCESSES)]
    for process in running:
        process.start()
    load.began.wait(PATIENCE_S)
    try:
        meanwhile()
    finally:
        load.over.set()
    answers = [load.told.get(timeout=PATIENCE_S) for _ in running]
    for process in running:
        process.join()
    return (
        [uses for uses, _, _ in answers],
        [fault for _, faults, _ in answers for fault in faults],
        [value for _, _, values in answers for value in values],
    )


def test_roots_are_replaced_under_load(services: Services) -> None:
    keyring, people = services.parts.keyring, []
    for _ in range(50):
        person = new_id()
        people.append((person, NOTE.seal(keyring, Owner(person), 1, b"old")))
    grow(services, 3)

    def rotate() -> None:
        for _ in range(ROTATIONS):
            rotate_data(services, lambda _: None, GRACE_S)
            rotate_tokens(services, lambda _: None)
            rotate_log(services, lambda _: None)
            grow(services, 3)

    uses, faults, values = under_load(services.settings, people, rotate)
    assert faults == []
    assert min(uses) > 20 * ROTATIONS
    finish_data(keyring, lambda _: None, grace_s=0)
    assert len(keyring.roots.versions(Root.DATA)) == 1
    assert len(keyring.roots.versions(Root.LOG)) == 1
    assert len(services.log_key.chain.earlier) == ROTATIONS
    assert verified(services).intact
    assert len(keyring.roots.versions(Root.TOKENS)) == ROTATIONS + 1  # until tokens have expired
    for person, sealed in [*people, *values]:
        assert NOTE.open(keyring, Owner(person), 1, sealed) in (b"old", b"new")
