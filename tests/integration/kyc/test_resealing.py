"""What 0.1.0 sealed opens, is sealed again without anybody waiting, and then needs no old key."""

from __future__ import annotations

from access.models import NAME, PHONE, TOTP_SECRET, Applicant, Staff
from app.jobs.maintenance import Maintenance
from app.jobs.resealing import reseal_all
from app.services import Services
from core.actors import Role
from kyc.decision.cross_checks import open_case
from kyc.evidence.models import MEDIA, Evidence
from kyc.evidence.repository import current_evidence, read_media
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from storage.context import Context
from storage.keyring import KeyPurpose
from tests.support.factories import Applicant as Owner
from tests.support.factories import applicant, onboarded, staff_member
from tests.support.findings import NUMBER, OWNER
from tests.support.media import media_files
from tests.support.old_keys import age, age_staff


def all_opens(context: Context, owner: Owner) -> None:
    row = context.session.get_one(Applicant, owner.id)
    assert PHONE.open(context.keyring, row, row.id, row.phone) == b"13800000001"
    assert row.name is not None
    assert NAME.open(context.keyring, row, row.id, row.name).decode() == OWNER.name
    onboarding = context.session.query(Onboarding).filter_by(applicant_id=owner.id).one()
    evidence = current_evidence(context, onboarding.id)
    case = open_case(context, onboarding, row, evidence)
    assert case.card.number == NUMBER
    assert case.face is not None
    for kind, sent in evidence.items():
        purpose = TYPES.of(kind).purpose
        assert read_media(context, row, sent.id, purpose).startswith(kind.encode())


def test_old_values_open_and_are_sealed_again(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    age(services, owner.id)
    with services.reading() as context:
        all_opens(context, owner)
        old = context.session.query(Evidence).all()
        row = context.session.get_one(Applicant, owner.id)
        assert all(
            MEDIA[TYPES.of(sent.kind).purpose].is_old(
                context.keyring, row, context.media.get(sent.id)
            )
            for sent in old
        )
    assert reseal_all(services) == 1
    with services.reading() as context:
        all_opens(context, owner)
        row = context.session.get_one(Applicant, owner.id)
        assert row.data_key == b""
        named = {context.keyring.in_force(owner.id, purpose) for purpose in KeyPurpose} - {None}
        assert PHONE.key_of(row.phone) in named
        for file in media_files(services):
            assert PHONE.key_of(file.read_bytes()) in named
    assert reseal_all(services) == 0


def test_the_worker_does_it_while_it_has_time(services: Services) -> None:
    owners = [applicant(services, f"1380000000{number}") for number in range(2)]
    for owner in owners:
        age(services, owner.id)
    maintenance = Maintenance(services)
    for _ in owners:
        maintenance.run_due()
        maintenance = Maintenance(services)
    with services.reading() as context:
        assert {row.data_key for row in context.session.query(Applicant)} == {b""}


def test_what_was_erased_meanwhile_is_not_sealed_again(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    age(services, owner.id)
    services.parts.keyring.destroy(owner.id, KeyPurpose.BIOMETRICS)
    reseal_all(services)
    with services.reading() as context:
        row = context.session.get_one(Applicant, owner.id)
        assert PHONE.open(context.keyring, row, row.id, row.phone) == b"13800000001"
        assert row.data_key == b""
        assert context.keyring.in_force(owner.id, KeyPurpose.BIOMETRICS) is None


def test_staff_sign_in_with_their_old_secret(services: Services) -> None:
    member = staff_member(services, Role.REVIEWER)
    with services.transaction() as context:
        row = context.session.get_one(Staff, member.uuid)
        secret = TOTP_SECRET.open(context.keyring, row, row.id, row.totp)
    age_staff(services, member.uuid)
    for _ in range(2):
        with services.reading() as context:
            row = context.session.get_one(Staff, member.uuid)
            assert TOTP_SECRET.open(context.keyring, row, row.id, row.totp) == secret
        reseal_all(services)
    assert row.data_key == b""
