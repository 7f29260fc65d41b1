"""Sources in tests: consents and files by the use cases, read by the product's own readers."""

from __future__ import annotations

import atexit
import io
from functools import cache
from uuid import UUID

import pyzipper

from app.services import Services
from kyc.identity import business_of
from loans.known.build import ProfileBuilder
from loans.known.models import Profile
from loans.known.objections import Contest, contest
from loans.known.recorded import SOURCES
from loans.policy import LoanPolicy
from loans.sources.confined import ConfinedReaders
from loans.sources.consent import ConsentToSource, consent_to_source
from loans.sources.files import AppendToFile, BeginFile, append_to_file, begin_file
from loans.sources.kinds import SourceKind
from storage.context import Resources
from storage.handlers import Lane
from tests.support.factories import Applicant
from tests.support.jobs import work_off_by_performing

CHUNK = 100_000
FEATURE = "turnover_monthly"


@cache
def readers() -> Resources:
    """The readers and the builder of one test process, each with its confined process."""
    lent = Resources(ConfinedReaders(), ProfileBuilder())
    atexit.register(lent.get(ConfinedReaders).close)
    atexit.register(lent.get(ProfileBuilder).close)
    return lent


def read_all(services: Services) -> int:
    """Read every file that has arrived, and put profiles together; returns how many jobs."""
    return work_off_by_performing(services, Lane.LENDING, readers())


def agree(owner: Applicant, source: SourceKind) -> tuple[UUID, ...]:
    """Consent to every use of a source; returns the consents."""
    with owner.acting() as context:
        rules = context.rules(LoanPolicy).known_by.kinds[source]
        return tuple(
            consent_to_source(context, ConsentToSource(source, use, rules.version)).id
            for use in rules.uses
        )


def send_file(
    owner: Applicant,
    source: SourceKind,
    content: bytes,
    name: str = "file",
    password: str | None = None,
) -> UUID:
    """Send a file of a source in chunks, whole."""
    with owner.acting() as context:
        file = begin_file(context, BeginFile(source, name, len(content), password)).id
    for offset in range(0, len(content), CHUNK):
        with owner.acting() as context:
            chunk = content[offset : offset + CHUNK]
            append_to_file(context, AppendToFile(source, file, offset, chunk))
    return file


def with_feature(owner: Applicant, name: str = FEATURE, fen: int = 6_000_000) -> None:
    """Have something known of somebody's business, as if it had been read."""
    with owner.services.transaction() as context:
        today, now = context.today(), context.now()
        feature = {"value": fen, "source": "bank", "as_of": today.isoformat(), "coverage": 1.0}
        context.session.merge(
            Profile(
                applicant_id=owner.id,
                business=business_of(context, owner.id),
                wanted_at=now,
                built_at=now,
                features={name: feature},
                known={SOURCES: [SourceKind.BANK]},
            )
        )


def contested(owner: Applicant) -> UUID:
    """An objection of somebody's to what is known of them."""
    with_feature(owner)
    with owner.acting() as context:
        return contest(context, Contest(FEATURE, "it is wrong")).id


def locked_zip(content: bytes = b"", password: bytes = b"123456") -> bytes:
    """An archive with a password (AES), as wallets send it."""
    packed = io.BytesIO()
    with pyzipper.AESZipFile(packed, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        archive.writestr("bill.csv", content or b"a,b\n1,2\n")
    return packed.getvalue()
