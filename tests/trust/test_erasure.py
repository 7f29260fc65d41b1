"""After a withdrawal or an erasure nothing opens any more, anywhere, and no later step goes on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.factory import create_app
from app.jobs.maintenance import Maintenance
from app.services import Services, open_services
from app.settings import Settings
from core.actors import ANONYMOUS
from core.errors import BusinessError
from kyc.evidence.models import MEDIA, Evidence
from kyc.evidence.types import FACE_VIDEO, LICENCE, VOICE_CLIP
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.models import Onboarding
from kyc.risk.duplicate_faces import FaceIndex, faces_of_others, forget_destroyed_faces
from kyc.verification.models import Verification
from kyc.verification.states import VerificationPurpose
from privacy.erasure import erase_person
from privacy.kinds import ConsentKind
from storage.handlers import Lane
from storage.keyring import KeyPurpose
from storage.media import MediaMissing
from tests.support.carving import (
    SealedValue,
    carved_keys,
    every_byte,
    marked_keys,
    opened,
    sealed_values,
)
from tests.support.clock import MovableClock
from tests.support.factories import (
    PHONE,
    Applicant,
    applicant,
    complete,
    confirmed,
    offered,
    onboarded,
    started,
    submitted,
)
from tests.support.findings import OWNER, another, face
from tests.support.jobs import work_off, work_off_by_performing
from tests.support.log import sequence_all, verified
from tests.support.postgres import Postgres
from tests.support.web import DECLARED, Web, sign_in_owner

BIOMETRICS = KeyPurpose.BIOMETRICS


def recordings(services: Services, person: UUID) -> list[SealedValue]:
    """Recordings of calls, which are no evidence."""
    with services.reading() as context:
        query = sa.select(Verification.id).where(
            Verification.applicant_id == person, Verification.content_blind.is_not(None)
        )
        found = list(context.session.scalars(query))
        media = MEDIA[BIOMETRICS]
        return [SealedValue(media, str(one), context.media.get(one)) for one in found]


def backed_up(services: Services, folder: Path) -> Path:
    """A backup of the database and the media, as it was before."""
    folder.mkdir()
    shutil.copytree(services.settings.var / "media", folder / "media")
    file = services.settings.var / "kaihu.sqlite"
    if not services.settings.database_url:
        with sqlite3.connect(file) as source, sqlite3.connect(folder / "copy.sqlite") as copy:
            source.backup(copy)
        for part in services.settings.var.glob("kaihu.sqlite*"):
            shutil.copy(part, folder)
    return folder


def finished(services: Services) -> None:
    """What the worker does within a few seconds."""
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    Maintenance(services).expire()
    services.database.empty_log()


def withdrawn(owner: Applicant, onboarding: UUID, kind: ConsentKind) -> None:
    with owner.acting() as context:
        withdraw_consent(context, onboarding, kind)


def still_open(
    services: Services, person: UUID, values: Sequence[SealedValue], *places: Path
) -> list[SealedValue]:
    """What somebody opens who has every byte of these places and every root that is left."""
    return opened(values, carved_keys(services, person, every_byte(*places)))


@pytest.fixture
def database_files(request: pytest.FixtureRequest, services: Services) -> Callable[[], list[bytes]]:
    """Every file of the database server: tables, free space, its write-ahead log."""

    def contents() -> list[bytes]:
        if not services.settings.database_url:
            return every_byte(services.settings.var)
        server: Postgres = request.getfixturevalue("postgres")
        server.flush()
        return every_byte(server.folder)

    return contents


def is_in_store(services: Services, media_id: UUID) -> bool:
    try:
        services.parts.media.get(media_id)
    except MediaMissing:
        return False
    return True


def test_nothing_of_face_and_voice_opens_after_a_withdrawal(
    services: Services, tmp_path: Path, database_files: Callable[[], list[bytes]]
) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner)
    call = confirmed(owner, VerificationPurpose.OFFER)
    values = [*sealed_values(services, owner.id), *recordings(services, owner.id)]
    kept = backed_up(services, tmp_path / "backup")
    places = (services.settings.var, kept)
    assert len(still_open(services, owner.id, values, *places)) == len(values) > 10
    withdrawn(owner, onboarding.id, ConsentKind.BIOMETRIC)
    finished(services)
    still = still_open(services, owner.id, values, *places)
    assert {value.field.purpose for value in still} == {KeyPurpose.IDENTITY}
    files = database_files()
    assert any(values[0].sealed in content for content in files), "it is where it is looked for"
    found = opened(values, marked_keys(services, owner.id, files))
    assert {value.field.purpose for value in found} <= {KeyPurpose.IDENTITY}
    assert [value for value in values if value.field.purpose is KeyPurpose.IDENTITY] == still
    with services.reading() as context:
        sent = context.session.scalars(sa.select(Evidence)).all()
    left = {row.kind for row in sent if is_in_store(services, row.id)}
    assert left.isdisjoint({FACE_VIDEO.kind, VOICE_CLIP.kind})
    assert not is_in_store(services, call)
    if not services.settings.database_url:
        lying = b"".join(every_byte(services.settings.var))
        gone = [value for value in values if value.field.purpose is BIOMETRICS]
        assert not [value for value in gone if value.sealed[-48:] in lying], "ciphertexts too"
    sequence_all(services)
    assert verified(services).faults == ()


def test_nothing_at_all_opens_of_somebody_who_was_erased(
    services: Services, tmp_path: Path, database_files: Callable[[], list[bytes]]
) -> None:
    owner = applicant(services)
    onboarding = complete(owner)
    work_off(services, {**OWNER.findings(), LICENCE.kind: OWNER.licence()})
    del onboarding
    second = applicant(services, "13800000002")
    started(second)
    submitted(second, started(second), LICENCE.kind)
    work_off(services)
    values = [value for value in sealed_values(services, second.id) if value.sealed]
    kept = backed_up(services, tmp_path / "backup")
    with services.transaction() as context:
        erase_person(context, second.id)
    finished(services)
    assert still_open(services, second.id, values, services.settings.var, kept) == []
    assert opened(values, marked_keys(services, second.id, database_files())) == []
    mine = [value for value in sealed_values(services, owner.id) if value.sealed]
    assert len(still_open(services, owner.id, mine, services.settings.var)) == len(mine)
    sequence_all(services)
    assert verified(services).faults == ()


def test_a_face_leaves_the_memory_of_two_processes(
    services: Services, settings: Settings, clock: MovableClock
) -> None:
    beside = open_services(settings, clock)
    owner, other = applicant(services), applicant(services, "13800000002")
    first = onboarded(owner)
    second = onboarded(other, another(7).findings())
    wanted = face(OWNER.seed)
    for process in (services, beside):
        with process.reading() as context:
            case = context.session.get_one(Onboarding, second.id)
            assert faces_of_others(context, case, wanted)
    withdrawn(owner, first.id, ConsentKind.BIOMETRIC)
    finished(services)
    for process in (services, beside):
        with process.reading() as context:
            forget_destroyed_faces(context)
        index = process.parts.resources.get(FaceIndex)
        assert index.search.nearest(wanted, 0.0) == []
    beside.database.dispose()


def steps_after(web: Web, path: str, offer: str) -> list[tuple[str, tuple[int, Any]]]:
    """Every later step over HTTP, by name, with its answer."""
    wanted = {"declaration_id": offer, "amount_fen": 5_000_000, "tenor_months": 12}
    calls = {
        "voice": ("POST", "/me/verifications", {"purpose": "offer"}),
        "acceptance": ("POST", f"/offers/{offer}/acceptance", {}),
        "challenge": ("POST", f"{path}/challenges", {"kind": "face"}),
        "declaration": ("POST", "/declarations", DECLARED),
        "application": ("POST", "/applications", wanted),
        "consent": ("POST", f"{path}/consents", {"kind": "terms", "version": "2026-11-28"}),
    }
    return [(name, web.call(method, where, body)) for name, (method, where, body) in calls.items()]


@pytest.mark.parametrize("kind", ConsentKind)
def test_every_later_step_is_refused(
    services: Services, settings: Settings, clock: MovableClock, kind: ConsentKind
) -> None:
    owner = applicant(services)
    decided = offered(owner)
    assert decided.offer is not None
    with services.reading() as context:
        onboarding = context.session.scalars(sa.select(Onboarding.id)).one()
    withdrawn(owner, onboarding, kind)
    finished(services)
    web = sign_in_owner(create_app(settings, clock).test_client(), settings, PHONE)
    steps = dict(steps_after(web, f"/onboardings/{onboarding}", str(decided.offer.id)))
    refused = {"voice", "acceptance", "declaration", "application"}
    if kind is ConsentKind.TERMS:
        refused |= {"challenge", "consent"}
    for name in refused:
        status, body = steps[name]
        assert (name, status, body["code"]) == (name, 403, "consent_missing")


def test_an_erased_person_is_nobody(services: Services, settings: Settings) -> None:
    owner = applicant(services)
    started(owner)
    web = sign_in_owner(create_app(settings).test_client(), settings, PHONE)
    with services.transaction() as context:
        erase_person(context, owner.id)
    assert web.call("GET", "/me")[0] == 401
    assert web.call("POST", "/onboardings")[0] == 401
    with pytest.raises(BusinessError), services.transaction(ANONYMOUS) as context:
        erase_person(context, owner.id)
