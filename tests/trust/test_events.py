"""Show 11: each read, unsealing, refusal and command that reads makes exactly one event."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from access.log_reading import list_accesses, read_history, search_events
from app.cli.main import main
from app.services import Services, remember_models, remember_policy
from audit.actions import REQUIRED, Action
from audit.models import AuditEvent
from audit.reading import Search
from core.actors import Role, staff
from core.ids import new_id
from core.origin import Origin
from kyc.review.cases import list_cases
from loans.applicants import borrower
from tests.support.factories import applicant, onboarded
from tests.support.log import sequencing

READING = {
    "audit export": Action.AUDIT_EXPORTED,
    "audit verify": Action.AUDIT_VERIFIED,
    "decision replay": Action.DECISION_REPLAYED,
    "policy simulate": Action.POLICY_SIMULATED,
    "lists show": Action.LIST_READ,
    "loans compare": Action.POLICY_SIMULATED,
    "staff list": Action.STAFF_LISTED,
    "webhooks list": Action.MESSAGES_LISTED,
}
CHANGING = {
    *("erase", "hold", "keys migrate", "keys rotate", "retention", "webhooks replay"),
    *("lists add", "lists remove"),
    *("staff add", "staff disable", "staff enable", "staff reset", "staff role"),
}
# Processes, tools of the makers, and what `docs/audit-log.md` names.
OF_NOBODY = {
    *("analysts", "lending", "serve", "worker", "demo", "migration", "models prepare"),
    *("bench", "calibrate", "evaluate", "figures", "gallery", "photograph-again"),
    *("audit consistency", "audit proof", "audit witness"),
    *("scorer drift", "scorer fit", "scorer verify"),
    *("data-model", "keys court", "keys list", "keys records", "keys scorer", "settings"),
}
COMPLIANCE = staff(new_id(), Role.COMPLIANCE)
ORIGIN = Origin("request-7", "192.0.2.77", new_id(), "thumbprint")


@contextmanager
def adds(services: Services, *actions: Action) -> Iterator[list[AuditEvent]]:
    """The block adds events of exactly these actions, which the list then holds."""
    found: list[AuditEvent] = []
    with services.reading() as context:
        before = set(context.session.scalars(sa.select(AuditEvent.id)))
    yield found
    with services.reading() as context:
        every = context.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))
        found += [event for event in every if event.id not in before]
    assert Counter(event.action for event in found) == Counter(actions)


def test_a_reading_of_the_log_is_one_event_with_its_origin(services: Services) -> None:
    owner = applicant(services)
    case = onboarded(owner)
    audited = services.transaction(COMPLIANCE, ORIGIN)
    with adds(services, Action.AUDIT_READ) as found, audited as context:
        read_history(context, case.id)
    (event,) = found
    assert (event.actor_id, event.subject, event.applicant_id) == (
        COMPLIANCE.id,
        str(case.id),
        owner.id,
    )
    assert event.facts["origin"] == {
        "address": "192.0.2.0/24",
        "device": "thumbprint",
        "request": "request-7",
        "session": str(ORIGIN.session_id),
    }
    with adds(services, Action.AUDIT_READ), services.transaction(COMPLIANCE) as context:
        page = search_events(context, Search(applicant_id=owner.id))
    assert {one.applicant_id for one in page.events} == {owner.id}
    with adds(services, Action.AUDIT_READ), services.transaction(COMPLIANCE) as context:
        seen = list_accesses(context, owner.id, None)
    assert {Action.MEDIA_UNSEALED, Action.FACTS_UNSEALED, Action.AUDIT_READ} == {
        one.action for one in seen.events
    }


def test_pages_hold_every_event_once(services: Services) -> None:
    onboarded(applicant(services))
    for _ in range(120):
        with services.transaction(COMPLIANCE) as context:
            search_events(context, Search(applicant_id=new_id()))
    ids, cursor = [], None
    while True:
        with services.transaction(COMPLIANCE) as context:
            page = search_events(context, Search(action=Action.AUDIT_READ, cursor=cursor))
        ids += [event.id for event in page.events]
        if page.next is None:
            break
        cursor = page.next
    assert len(ids) == len(set(ids)) >= 120


def test_opening_documents_for_a_loan_is_one_event(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    with adds(services, Action.FACTS_UNSEALED) as found, owner.acting() as context:
        borrower(context)
    assert found[0].data == {"purpose": "loan"}


def test_the_queue_is_one_event(services: Services) -> None:
    reviewer = staff(new_id(), Role.REVIEWER)
    queue = services.transaction(reviewer)
    with adds(services, Action.REVIEW_QUEUE_READ) as found, queue as context:
        list_cases(context)
    assert found[0].data == {"found": 0}


def test_what_comes_into_force_is_an_event_once(services: Services) -> None:
    with adds(services, Action.POLICY_LOADED, Action.MODELS_CHANGED):
        for _ in range(2):
            remember_policy(services)
            remember_models(services, {"face/sface.onnx": "0123456789ab"})
    with adds(services, Action.MODELS_CHANGED):
        remember_models(services, {"face/sface.onnx": "ba9876543210"})


def commands(group: click.Group = main, above: str = "") -> Iterator[str]:
    """Every command, with the groups that it stands in."""
    asked = click.Context(group)
    for name in group.list_commands(asked):
        command = group.get_command(asked, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}"


def test_every_command_is_known_to_read_to_change_or_to_say_nothing_of_a_person() -> None:
    assert sorted(commands()) == sorted({*READING, *CHANGING, *OF_NOBODY})


@pytest.mark.parametrize("command", READING)
def test_a_command_that_reads_is_one_event(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    case = onboarded(applicant(services))
    remember_policy(services)
    settings = services.settings
    for name in ("var", "database_url"):
        monkeypatch.setenv(f"KAIHU_{name.upper()}", str(getattr(settings, name)))
    arguments = {
        "audit export": [str(tmp_path / "out.zip"), "--onboarding", str(case.id)],
        "audit verify": ["--state"],
        "decision replay": [str(case.id)],
        "loans compare": ["--policy", str(settings.policy)],
        "policy simulate": [str(settings.policy)],
    }
    with adds(services, READING[command]) as found, sequencing(services):
        result: Result = CliRunner().invoke(main, [*command.split(), *arguments.get(command, [])])
    assert result.exit_code == 0, result.output
    given = {*found[0].data, *(["reason"] if found[0].reason else [])}
    given |= {"onboarding_id"} if found[0].onboarding_id else set()
    given |= {"applicant_id"} if found[0].applicant_id else set()
    assert REQUIRED[READING[command]] <= given


def test_the_story_holds_offers_calls_and_looks(services: Services) -> None:
    owner = applicant(services)
    case = onboarded(owner)
    with services.reading() as context:
        query = sa.select(AuditEvent).where(AuditEvent.applicant_id == owner.id)
        lonely = [
            event.action for event in context.session.scalars(query) if not event.onboarding_id
        ]
        story = sa.select(AuditEvent.action).where(AuditEvent.onboarding_id == case.id)
        actions = set(context.session.scalars(story))
    assert not any(re.match("voice|offer|application|check", action) for action in lonely)
    assert {Action.CHECK_RECORDED, Action.MEDIA_UNSEALED, Action.ONBOARDING_DECIDED} <= actions
