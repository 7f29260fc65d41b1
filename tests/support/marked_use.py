"""A program: people with marked values use the service, staff review, SQL fails, errors are logged.

Arguments: the folder of the service, the collector's address, a file for one-time codes. It prints
the marked values as JSON to the file named by the fourth argument.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from opentelemetry import trace
from sqlalchemy.exc import SQLAlchemyError

from app.factory import create_app
from app.jobs.maintenance import Maintenance
from app.services import Services, migrate, open_services
from app.settings import Settings
from core.reasons import Reason
from kyc.analysis.findings import DocumentFinding, FaceVideoFinding, Finding
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT, LICENCE
from tests.support.clock import MovableClock
from tests.support.findings import OWNER, Person, face
from tests.support.jobs import work_off
from tests.support.web import DECLARED, Web, begin, send, sign_in_owner, sign_in_staff

PEOPLE = 5
NUMBERS = (
    *("11010119880314421X", "110101199003074477", "110101199003070011"),
    *("110101199003078557", "110101199003071153"),
)
SURNAMES, GIVEN = "欧赫淳漆檀", "骐骊骍骎骙"
log = structlog.get_logger()


def marked_person(number: int) -> Person:
    """A person whose every value is found nowhere else."""
    name = f"{SURNAMES[number]}{GIVEN[number]}{GIVEN[-1 - number]}"
    return replace(
        OWNER,
        name=name,
        principal=name,
        number=NUMBERS[number],
        address=f"北京市朝阳区玉髓里{number}号院{number}门7731室",
        authority=f"北京市公安局玛瑙分局{number}",
        firm=f"绿松石{GIVEN[number]}烧烤铺",
        code=f"92110101MA7X00K0{number}{number}",
        seed=40 + number,
    )


def findings_of(person: Person, number: int) -> dict[str, Finding]:
    """What a careless engine would say: values of the person among its measurements."""
    found = person.findings()
    front = person.front()
    recorder = f"+31.23{number}4+121.4737/ marqphone {number} pro"
    measured: dict[str, Any] = {"written_by": recorder, "live_odds": 3.2}
    flags = [{"name": "code_repaired", "measures": {"read": person.number}}]
    found[ID_CARD_FRONT.kind] = DocumentFinding((), front.fields, front.portrait, {"flags": flags})
    found[FACE_VIDEO.kind] = FaceVideoFinding((), face(person.seed).packed(), measured)
    if number % 2:  # a person has to look
        found[LICENCE.kind] = person.licence(Reason.LICENCE_EXPIRED)
    return found


def marks_of(person: Person, number: int) -> list[str]:
    """The marked values of a person, as they are typed, printed or recorded."""
    return [
        *(person.name, person.number, person.address, person.authority, person.firm),
        *(person.code, phone_of(number), f"marqdevice-{number}-7731", note_of(number)),
        f"marqphone {number} pro",
    ]


def phone_of(number: int) -> str:
    return f"1397731{number}66{number}"


def note_of(number: int) -> str:
    return f"rang the owner, who is called marqnote {number} 7731"


def play(services: Services, client: Any, clock: MovableClock) -> None:
    """Everybody onboards, some are reviewed, some borrow."""
    reviewer = sign_in_staff(client, services, "reviewer", clock)
    for number in range(PEOPLE):
        person = marked_person(number)
        device = f"marqdevice-{number}-7731"
        web = sign_in_owner(client, services.settings, phone_of(number), device=device)
        path = begin(web)
        for kind in findings_of(person, number):
            content = f"{person.name} {person.number} {kind}".encode() * 40_000
            assert send(web, path, kind, content)[0] == 202
        work_off(services, findings_of(person, number))
        if number % 2:
            review(reviewer, path.rpartition("/")[2], number)
        keyed = web.saying(**{"Idempotency-Key": f"marq-key-{number}"})
        keyed.call("POST", "/declarations", DECLARED)
        web.call("GET", f"/onboardings/{person.number}")  # a path that nobody has


def review(reviewer: Web, case: str, number: int) -> None:
    keyed = reviewer.saying(**{"Idempotency-Key": f"marq-review-{number}"})
    assert keyed.call("POST", f"/reviews/{case}/claim")[0] in (200, 201)
    body = {"judgement": "approved", "note": note_of(number)}
    reviewer.call("POST", f"/reviews/{case}/verdicts", body)


def fail(services: Services) -> None:
    """Statements that the database refuses, and errors that quote values, each logged."""
    for number in range(PEOPLE):
        values = {"a": marked_person(number).name, "b": phone_of(number)}
        for statement in (
            "INSERT INTO attempts (key, at, expires_at) VALUES (:a, :b, NULL)",
            "SELECT :a, :b FROM no_such_table",
        ):
            try:
                with services.transaction() as context:
                    context.session.execute(sa.text(statement), values)
            except SQLAlchemyError:
                log.exception("a statement failed")
            else:
                raise AssertionError(f"this was to fail: {statement}")
        try:
            dict[str, str]()[values["a"]]
        except KeyError:
            log.exception("a value was missing")


def main(folder: str, collector: str, outbox: str, marks: str) -> None:
    """Play, fail, and send what was traced."""
    settings = Settings(var=Path(folder), trace_url=collector, code_outbox=Path(outbox))
    migrate(settings)
    clock = MovableClock()
    services = open_services(settings, clock)
    client = create_app(settings, clock).test_client()
    play(services, client, clock)
    fail(services)
    Maintenance(services).expire()
    shutdown = getattr(trace.get_tracer_provider(), "shutdown", None)
    if shutdown is not None:
        shutdown()
    values = [mark for number in range(PEOPLE) for mark in marks_of(marked_person(number), number)]
    Path(marks).write_text(json.dumps(values), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
