"""`kaihu bench loans`: the whole service lends, while its scorer is fast, hangs, or is killed.

What is counted is what an owner would notice: how long an offer takes, whether somebody else's
scorer makes them wait, an application that is never decided or decided twice.
"""

from __future__ import annotations

import base64
import os
import random
import signal
import socketserver
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.cli.shared import operator
from app.model_store import manifest_of
from app.serve import SCORER, Service, free_port
from app.services import Services, open_services
from app.settings import Settings
from audit.actions import Action
from audit.models import AuditEvent
from benchmarks.limits import policy_for_many
from benchmarks.owners import approved_phone
from demo.phone import Answer, Need, Phone
from demo.server import client_of, started_server
from evaluation.report import Figures
from kyc.analysis.manifest import ModelManifest
from loans.credit.pause import AppliedTooSoon
from loans.credit.replay import replay_application
from loans.models import Application, CreditDecision
from loans.states import MOVING, ApplicationState

AT_ONCE = 20  # owners who apply at the same moment
APPLICATIONS = int(os.environ.get("KAIHU_BENCH_APPLICATIONS", "200"))  # among kills
KILLS_EVERY_S = (1.0, 3.0)
DEAD_S = float(os.environ.get("KAIHU_BENCH_DEAD_S", "60"))
HANGING_S, OTHERS = 5.0, 100
TRIES_A_DAY = 8
PATIENCE_S, AGAIN_S = 120.0, 0.2
NEED = Need("stock_of_goods", 3_000_000, 6)
LOSING = {"takings_fen": 100_000, "costs_fen": 900_000, "instalments_fen": 0}
VICTIMS = ("web", "lending", SCORER)


def bench_loans(settings: Settings) -> Figures:
    """All figures of lending over HTTP."""
    with _service(settings) as (running, service, services):
        numbers = iter(range(10_000))
        figures = {
            **_offers(running, services, numbers),
            **_outage(running, service, services, numbers),
            **_kills(running, service, services, numbers),
            **_climb(running, services, numbers),
            **_replays(services),
        }
    return {**figures, **_hanging(settings)}


def _offers(settings: Settings, services: Services, numbers: Iterator[int]) -> Figures:
    """How long twenty owners who apply at once wait for their offers."""
    phones = _owners(settings, services, numbers, AT_ONCE)
    declared = [phone.declare(NEED)["id"] for phone in phones]
    barrier = threading.Barrier(AT_ONCE)

    def borrow(phone: Phone, declaration: str) -> float:
        barrier.wait()
        began = time.monotonic()
        view = phone.application(phone.apply(declaration, NEED)["id"], wait=True)
        _require(view, ApplicationState.OFFERED)
        return time.monotonic() - began

    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = list(pool.map(borrow, phones, declared))
    return {
        "offer_s_p50": float(np.percentile(taken, 50)),
        "offer_s_p95": float(np.percentile(taken, 95)),
    }


def _outage(
    settings: Settings, service: Service, services: Services, numbers: Iterator[int]
) -> Figures:
    """How long after a dead scorer is back the last of its owners has an offer."""
    phones = _owners(settings, services, numbers, AT_ONCE)
    declared = [phone.declare(NEED)["id"] for phone in phones]
    _kill(service, SCORER)
    pause_s = DEAD_S / AT_ONCE
    applications = []
    for phone, declaration in zip(phones, declared, strict=True):
        applications.append(phone.apply(declaration, NEED)["id"])
        time.sleep(pause_s)
    service.restart_ended()
    back = time.monotonic()
    for phone, application in zip(phones, applications, strict=True):
        _require(phone.application(application, wait=True), ApplicationState.OFFERED)
    return {"late_offers_s": time.monotonic() - back}


def _kills(
    settings: Settings, service: Service, services: Services, numbers: Iterator[int]
) -> Figures:
    """What is lost or done twice while web, lending and scorer are killed with -9."""
    phones = _owners(settings, services, numbers, APPLICATIONS)
    over, killed = threading.Event(), Counter[str]()
    killer = threading.Thread(target=_kill_on, args=(service, over, killed))
    killer.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(_apply_on, phones))
    finally:
        over.set()
        killer.join()
        service.restart_ended()
    lost = sum(not _is_decided(services, application) for application in made)
    return {
        "applications": len(made),
        "faults_lost": lost,
        "faults_doubled": _doubled(services, made),
        **{f"killed_{name}": count for name, count in sorted(killed.items())},
    }


def _climb(settings: Settings, services: Services, numbers: Iterator[int]) -> Figures:
    """How many applications a declined owner can make on one day."""
    (phone,) = _owners(settings, services, numbers, 1)
    received = 0
    for step in range(TRIES_A_DAY):
        need = Need(NEED.purpose, NEED.amount_fen - step * 200_000, NEED.tenor_months)
        answer = phone.apply(phone.declare(need)["id"], need, stated=LOSING)
        if "id" in answer:
            received += 1
            view = phone.application(answer["id"], wait=True)
            _require(view, ApplicationState.DECLINED)
        elif answer["code"] != AppliedTooSoon.code:
            raise SystemExit(f"a declined owner was told {answer}")
    return {"climb": received}


def _replays(services: Services) -> Figures:
    """How many decisions come out the same from their records."""
    with services.reading() as context:
        decided = context.session.scalars(sa.select(CreditDecision.application_id).distinct()).all()
    same = 0
    for application in decided:
        with services.transaction(operator()) as context:
            same += all(one.same for one in replay_application(context, application))
    return {"replayed": len(decided), "replayed_same": same}


def _hanging(settings: Settings) -> Figures:
    """What others wait for `POST /onboardings` while a scorer takes five seconds to answer."""
    with _hanging_scorer() as url:
        own = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        told = {"scorer_url": url, "scorer_public_key": base64.b64encode(own).decode()}
        with _service(settings.model_copy(update=told)) as (running, _, services):
            numbers = iter(range(10_000))
            borrowers = _owners(running, services, numbers, AT_ONCE)
            others = [_signed_in(running, number) for number in range(OTHERS)]
            for phone in borrowers:
                phone.apply(phone.declare(NEED)["id"], NEED)
            taken = [_onboarding_ms(phone) for phone in others]
    return {
        "others_ms_p50": float(np.percentile(taken, 50)),
        "others_ms_p99": float(np.percentile(taken, 99)),
    }


@contextmanager
def _service(settings: Settings) -> Iterator[tuple[Settings, Service, Services]]:
    with tempfile.TemporaryDirectory(prefix="kaihu-bench-") as folder:
        var = Path(folder)
        told = {"var": var, "policy": policy_for_many(settings, var), "port": free_port()}
        running = settings.model_copy(update=told)
        with started_server(running, var / "server.log") as server:
            server.await_ready()
            services = open_services(running)
            services.parts.resources.add(ModelManifest, manifest_of(running.models))
            yield running, server.service, services
            services.database.dispose()


def _owners(
    settings: Settings, services: Services, numbers: Iterator[int], count: int
) -> list[Phone]:
    return [approved_phone(settings, services, next(numbers)) for _ in range(count)]


def _signed_in(settings: Settings, number: int) -> Phone:
    phone = Phone(client_of(settings))
    phone.sign_in(f"136{number:08d}", settings.codes)
    return phone


def _onboarding_ms(phone: Phone) -> float:
    began = time.perf_counter()
    phone.client.post("/onboardings").raise_for_status()
    return (time.perf_counter() - began) * 1000


def _apply_on(phone: Phone) -> UUID:
    """Declare and apply, again where an answer got lost; the application's id."""
    declaration = _until_answered(lambda: phone.declare(NEED))
    answer = _until_answered(lambda: phone.apply(declaration["id"], NEED, key=declaration["id"]))
    return UUID(answer["id"])


def _until_answered(call: Callable[[], Answer]) -> Answer:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = call()
            if "id" in answer:
                return answer
        except (httpx.TransportError, ValueError):
            pass
        if time.monotonic() > until:
            raise SystemExit("an owner got no answer for two minutes")
        time.sleep(AGAIN_S)


def _kill_on(service: Service, over: threading.Event, killed: Counter[str]) -> None:
    """Kill one process after the other, and have each started again."""
    chance = random.Random(24)
    while not over.wait(chance.uniform(*KILLS_EVERY_S)):
        name = chance.choice(VICTIMS)
        _kill(service, name)
        killed[name] += 1
        service.restart_ended()


def _kill(service: Service, name: str) -> None:
    os.killpg(service.pid_of(name), signal.SIGKILL)
    time.sleep(AGAIN_S)  # until the system knows that it ended


def _is_decided(services: Services, application: UUID) -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with services.reading() as context:
            row = context.session.get(Application, application)
            if row is not None and row.state not in MOVING:
                return True
        time.sleep(AGAIN_S)
    return False


def _doubled(services: Services, applications: Sequence[UUID]) -> int:
    """Applications that were decided twice, and owners who have two."""
    with services.reading() as context:
        decisions = Counter(context.session.scalars(sa.select(CreditDecision.application_id)))
        told = Counter(
            context.session.scalars(
                sa.select(AuditEvent.loan_id).where(AuditEvent.action == Action.APPLICATION_DECIDED)
            )
        )
        owners = Counter(
            context.session.scalars(
                sa.select(Application.applicant_id).where(Application.id.in_(applications))
            )
        )
    twice = sum(decisions[one] > 1 or told[one] > 1 for one in applications)
    return twice + sum(count > 1 for count in owners.values())


@contextmanager
def _hanging_scorer() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hanging)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        socketserver.TCPServer.server_close(server)


class _Hanging(BaseHTTPRequestHandler):
    """Answers, too late."""

    def do_POST(self) -> None:
        """Take five seconds."""
        time.sleep(HANGING_S)
        self.send_response(503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _require(view: Answer, state: ApplicationState) -> None:
    if view.get("state") != state:
        raise SystemExit(f"an application is not {state}: {view}")
