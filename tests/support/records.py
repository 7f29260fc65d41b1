"""Services of records that tests ask: the reference one, and ones whose answers are changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from app.services import Services
from loans.calls.signatures import Signatures as OwnSignatures
from loans.known.build import ProfileBuilder
from loans.policy import LoanPolicy
from loans.sources.confined import ConfinedReaders
from loans.sources.offered import OfferedRecords
from loans.sources.policy import RecordRules
from loans.sources.record_client import TAG, RecordClient
from reference.records.firms import Firms
from reference.records.messages import AcquiredDay, Acquiring, Registry, Reviews
from reference.records.service import create_records
from reference.signatures import Signatures
from storage.context import Resources
from storage.handlers import Lane
from tests.support.findings import OWNER
from tests.support.jobs import work_off_by_performing
from tests.support.policy import POLICY
from tests.support.servers import served
from tests.support.sources import readers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CLIENT_KEY, SERVICE_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
RULES = POLICY.section(LoanPolicy).known_by.records
PATIENT = RULES.model_copy(
    update={"connect_ms": 5_000, "answer_ms": 10_000, "tries_within_s": 30.0}
)
REGISTERED = Registry(
    name=OWNER.firm,
    code=OWNER.code,
    status="存续（在营、开业、在册）",
    principal=OWNER.name,
    principal_number=f"{OWNER.number[:3]}***********{OWNER.number[-4:]}",
    as_of=date(2026, 1, 1),
)
REVIEWED = Reviews(stars=4.6, count=213, complaints_90d=1, as_of=date(2026, 1, 1))


def acquired(last_day: date, days: int = 60) -> Acquiring:
    """A shop that takes 800 yuan a day by one code, up to a day."""
    first_day = last_day - timedelta(days=days - 1)
    each = [first_day + timedelta(days=number) for number in range(days)]
    return Acquiring(
        first_day=first_day,
        last_day=last_day,
        days=tuple(
            AcquiredDay(day=day, channel="wechat", gross_fen=80_000, fee_fen=304, count=40)
            for day in each
        ),
        as_of=last_day,
    )


def service_signatures(key: Ed25519PrivateKey = SERVICE_KEY) -> Signatures:
    """What the service signs and verifies with."""
    return Signatures(key, {"kaihu": CLIENT_KEY.public_key()}, TAG)


def record_service(firms: Firms, key: Ed25519PrivateKey = SERVICE_KEY) -> Flask:
    """The reference service of records."""
    return create_records(firms, service_signatures(key))


def client_of(url: str, rules: RecordRules = PATIENT) -> RecordClient:
    """What asks a service."""
    return RecordClient(url, OwnSignatures(CLIENT_KEY, SERVICE_KEY.public_key(), TAG), rules)


@contextmanager
def asking(services: Services, service: WSGIApplication, **rules: Any) -> Iterator[Resources]:
    """What jobs of lending are lent while a service answers on loopback."""
    services.parts.resources.add(OfferedRecords, OfferedRecords.when(True))
    with served(service) as url:
        client = client_of(url, PATIENT.model_copy(update=rules))
        lent = Resources(client, readers().get(ConfinedReaders), readers().get(ProfileBuilder))
        try:
            yield lent
        finally:
            client.close()


def ask_all(services: Services, lent: Resources) -> int:
    """Do every job of lending that is due; returns how many."""
    return work_off_by_performing(services, Lane.LENDING, lent)
