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
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import httpx
import numpy as np
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.serve import LENDING, SCORER, Service
from app.services import Services
from app.settings import Settings
from audit.actions import Action
from audit.models import AuditEvent
from benchmarks.lending import LendingService, lending_service
from benchmarks.replays import bench_replays
from demo.phone import Answer, Need, Phone
from demo.server import client_of
from evaluation.report import Figures
from loans.credit.pause import AppliedTooSoon
from loans.models import Application, CreditDecision
from loans.states import MOVING, ApplicationState

AT_ONCE, ROUNDS = 20, 3  # owners who apply at the same moment, and how often
APPLICATIONS = int(os.environ.get("KAIHU_BENCH_APPLICATIONS", "200"))  # among kills
KILLS_EVERY_S = (1.0, 3.0)
DEAD_S = float(os.environ.get("KAIHU_BENCH_DEAD_S", "60"))
HANGING_S, OTHERS = 5.0, 100
TRIES_A_DAY = 8
PATIENCE_S, AGAIN_S = 120.0, 0.2
NEED = Need("stock_of_goods", 3_000_000, 6)
LOSING = {"takings_fen": 100_000, "costs_fen": 900_000, "instalments_fen": 0}
VICTIMS = ("web", f"{LENDING}-1", f"{LENDING}-2", SCORER)


def bench_loans(settings: Settings) -> Figures:
    """All figures of lending over HTTP."""
    with lending_service(settings) as running:
        figures = {
            **_offers(running),
            **_outage(running),
            **_kills(running),
            **_climb(running),
        }
    return {**figures, **_hanging(settings), **bench_replays(settings)}


def _offers(running: LendingService) -> Figures:
    """How long twenty owners who apply at once wait for their offers.

    The first twenty meet processes that were just started: theirs is told apart.
    """
    first = _at_once(running)
    later = [taken for _ in range(ROUNDS) for taken in _at_once(running)]
    return {
        "offer_s_p95_after_start": float(np.percentile(first, 95)),
        "offer_s_p50": float(np.percentile(later, 50)),
        "offer_s_p95": float(np.percentile(later, 95)),
    }


def _at_once(running: LendingService) -> list[float]:
    """The seconds that each of twenty owners waits."""
    phones = running.owners(AT_ONCE)
    declared = [phone.declare(NEED)["id"] for phone in phones]
    barrier = threading.Barrier(AT_ONCE)

    def borrow(phone: Phone, declaration: str) -> float:
        barrier.wait()
        began = time.monotonic()
        _require(phone.apply(declaration, NEED, wait=True), ApplicationState.OFFERED)
        return time.monotonic() - began

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(borrow, phones, declared))


def _outage(running: LendingService) -> Figures:
    """How long after a dead scorer is back the last of its owners has an offer."""
    phones = running.owners(AT_ONCE)
    declared = [phone.declare(NEED)["id"] for phone in phones]
    _kill(running.service, SCORER)
    pause_s = DEAD_S / AT_ONCE
    applications = []
    for phone, declaration in zip(phones, declared, strict=True):
        applications.append(phone.apply(declaration, NEED)["id"])
        time.sleep(pause_s)
    running.service.restart_ended()
    back = time.monotonic()
    for phone, application in zip(phones, applications, strict=True):
        _require(phone.application(application, wait=True), ApplicationState.OFFERED)
    return {"late_offers_s": time.monotonic() - back}


def _kills(running: LendingService) -> Figures:
    """What is lost or done twice while web, lending and scorer are killed with -9."""
    phones = running.owners(APPLICATIONS)
    over, killed = threading.Event(), Counter[str]()
    killer = threading.Thread(target=_kill_on, args=(running.service, over, killed))
    killer.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(_apply_on, phones))
    finally:
        over.set()
        killer.join()
        running.service.restart_ended()
    lost = sum(not _is_decided(running.services, application) for application in made)
    return {
        "applications": len(made),
        "faults_lost": lost,
        "faults_doubled": _doubled(running.services, made),
        **{f"killed_{name}": count for name, count in sorted(killed.items())},
    }


def _climb(running: LendingService) -> Figures:
    """How many applications a declined owner can make on one day."""
    (phone,) = running.owners(1)
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


def _hanging(settings: Settings) -> Figures:
    """What others wait for `POST /onboardings` while a scorer takes five seconds to answer."""
    with _hanging_scorer() as url:
        own = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        told = {"scorer_url": url, "scorer_public_key": base64.b64encode(own).decode()}
        with lending_service(settings.model_copy(update=told)) as running:
            borrowers = running.owners(AT_ONCE)
            others = [_signed_in(running.settings, number) for number in range(OTHERS)]
            for phone in borrowers:
                phone.apply(phone.declare(NEED)["id"], NEED)
            taken = [_onboarding_ms(phone) for phone in others]
    return {
        "others_ms_p50": float(np.percentile(taken, 50)),
        "others_ms_p99": float(np.percentile(taken, 99)),
    }


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
