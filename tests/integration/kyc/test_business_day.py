"""Ages and expiry are judged on the day in China, also while it is yesterday in UTC."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.services import Services
from core.reasons import Reason
from kyc.evidence.types import ID_CARD_BACK, LICENCE
from kyc.jobs import load_evidence
from kyc.onboarding.states import Decision
from ocr.document_types import DocumentType
from ocr.identifiers import identity_check_digit
from ocr.validation.consistency import consistency_flags
from tests.support.clock import MovableClock
from tests.support.factories import applicant, onboarded, started, submitted
from tests.support.findings import OWNER

MIDNIGHT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # in China: the 25th begins
LAST_DAY = date(2026, 11, 24)
BEFORE, AFTER = MIDNIGHT - timedelta(minutes=1), MIDNIGHT + timedelta(minutes=1)
MORNING = MIDNIGHT + timedelta(hours=7, minutes=59)  # still the 24th in UTC


def loaded_day(services: Services, clock: MovableClock, moment: datetime, kind: str) -> date:
    """The day that an analysis would be told at a moment."""
    owner = applicant(services)
    evidence = submitted(owner, started(owner), kind)
    clock.set(moment)
    with services.transaction() as context:
        work = load_evidence(context, evidence)
    assert work is not None
    return work.sample.today


@pytest.mark.parametrize(
    ("moment", "day"),
    [(BEFORE, LAST_DAY), (AFTER, date(2026, 11, 25)), (MORNING, date(2026, 11, 25))],
)
@pytest.mark.parametrize("kind", [LICENCE.kind, ID_CARD_BACK.kind])
def test_an_analysis_is_told_the_day_in_china(
    services: Services, clock: MovableClock, moment: datetime, day: date, kind: str
) -> None:
    clock.set(BEFORE - timedelta(minutes=5))
    assert loaded_day(services, clock, moment, kind) == day


@pytest.mark.parametrize(("moment", "lapsed"), [(BEFORE, False), (AFTER, True), (MORNING, True)])
@pytest.mark.parametrize(
    ("kind", "document", "fields", "reason"),
    [
        (
            LICENCE.kind,
            DocumentType.LICENCE,
            {"营业期限": "2006年11月25日至2026年11月24日"},
            Reason.LICENCE_EXPIRED,
        ),
        (
            ID_CARD_BACK.kind,
            DocumentType.ID_BACK,
            {"有效期限": "2006.11.24-2026.11.24"},
            Reason.ID_EXPIRED,
        ),
    ],
)
def test_a_document_lapses_at_midnight_in_china(
    services: Services,
    clock: MovableClock,
    moment: datetime,
    lapsed: bool,
    kind: str,
    document: DocumentType,
    fields: dict[str, str],
    reason: Reason,
) -> None:
    clock.set(BEFORE - timedelta(minutes=5))
    today = loaded_day(services, clock, moment, kind)
    flags = consistency_flags(document, fields, None, today)
    assert (reason in {flag.reason for flag in flags}) is lapsed


@pytest.mark.parametrize(
    ("moment", "decision"),
    [
        (MIDNIGHT - timedelta(minutes=2), Decision.DECLINED),
        (AFTER, Decision.APPROVED),
        (MORNING - timedelta(minutes=1), Decision.APPROVED),
    ],
)
def test_who_turns_eighteen_today_in_china_may_open_an_account(
    services: Services, clock: MovableClock, moment: datetime, decision: Decision
) -> None:
    first = "11010120081125001"
    young = replace(OWNER, number=first + identity_check_digit(first))
    clock.set(moment)
    onboarding = onboarded(applicant(services), young.findings())
    assert onboarding.decision is decision
    reasons = [Reason.AGE_OUTSIDE_LIMITS] if decision is Decision.DECLINED else []
    assert onboarding.reasons == reasons
