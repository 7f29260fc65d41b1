"""`kaihu bench onboarding` and `load`: the whole service over HTTP, one at a time and forty."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from app.cli.serve import Service, free_port
from app.jobs.analysis_pool import YIELDING
from app.jobs.scheduling import yield_session
from app.settings import Settings
from benchmarks.owners import MINUTE, EarlyPhone, OwnTime, Simulated, applicant_of
from demo.personas import Cast, phone_number, send_all
from demo.phone import DECISION, Phone, Step
from demo.play import await_ready, cast_of, client_of
from evaluation.report import Figures

ALONE, APPLICANTS, ARRIVE_S = 6, 40, 10.0
LIGHT_S, LIGHT_EVERY_S = 3.0, 0.05


def bench_onboarding(settings: Settings) -> Figures:
    with _service(settings) as running:
        cast = cast_of(running)
        applicants = [applicant_of(cast, number) for number in range(ALONE)]
        results = [_one(running, cast, one) for one in applicants]
    decided = [one for one in results if one.decided]
    return {
        "n": ALONE,
        "decided": len(decided),
        **_percentiles("start_to_decision_s", [one.total for one in decided]),
        **_percentiles("decision_after_last_upload_s", [one.wait for one in decided]),
    }


def bench_load(settings: Settings) -> Figures:
    with _service(settings) as running:
        cast = cast_of(running)
        applicants = [applicant_of(cast, number) for number in range(APPLICANTS)]
        # Asked from a process of its own: what is measured is the server, not its forty phones.
        asker = ProcessPoolExecutor(1, get_context("spawn"), initializer=os.setsid)
        with asker as other:
            rate = other.submit(_light, running, None, LIGHT_S, 0.0).result()
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                phones = list(pool.map(partial(_early, running, cast), applicants))
            yield_session(YIELDING)  # who is sent back films anew, beside the analyses
            os.nice(YIELDING)
            before = _cpu_s(running)
            stop = running.var / "stop"
            light = other.submit(_light, running, stop, 600.0, LIGHT_EVERY_S)
            with ThreadPoolExecutor(APPLICANTS) as pool:
                results = list(pool.map(partial(_arriving, cast), phones, applicants))
            stop.touch()
            latencies = np.array(light.result()) * 1000
        cpu = _cpu_s(running) - before
        memory = sum(process.memory_info().rss for process in _processes(running))
    decided = [one for one in results if one.decided]
    return {
        "applicants": APPLICANTS,
        "decided": len(decided),
        "lost": APPLICANTS - len(decided),
        "refused_503": sum(one.refused for one in results),
        "sent_back": sum(one.uploads > len(MINUTE) for one in results),
        **_percentiles("wait_after_last_upload_s", [one.wait for one in decided]),
        **_percentiles("waited_over_all_tries_s", [one.waits for one in decided]),
        "light_p50_ms": float(np.percentile(latencies, 50)),
        "light_p99_ms": float(np.percentile(latencies, 99)),
        "light_rps": len(rate) / LIGHT_S,
        "server_cpu_s": cpu,
        "rss_total_mb": memory / 2**20,
    }


@dataclass(frozen=True)
class _Served:
    """How an applicant fared, in seconds; their own time passes, and is not counted.

    `wait` is after the last upload; `waits` also before a video that was sent back.
    """

    total: float
    wait: float
    waits: float
    decided: bool
    refused: int
    uploads: int


def _one(settings: Settings, cast: Cast, one: Simulated) -> _Served:
    own = OwnTime()
    with client_of(settings) as client:
        return _sent(Phone(client, own.hear, takes=own.take), cast, one)


def _early(settings: Settings, cast: Cast, one: Simulated) -> EarlyPhone:
    phone = EarlyPhone(client_of(settings), lambda _: None)
    phone.film(phone_number(one.number), cast.outbox, one.actor)
    return phone


def _arriving(cast: Cast, phone: EarlyPhone, one: Simulated) -> _Served:
    time.sleep(one.number * ARRIVE_S / APPLICANTS)
    own = OwnTime()
    phone.say, phone.takes = own.hear, own.take
    with closing(phone.client):
        return _sent(phone, cast, one)


def _sent(phone: Phone, cast: Cast, one: Simulated) -> _Served:
    outcome = send_all(phone, cast, "bench", "approved", one.held, one.actor, one.number)
    served = [step for step in phone.steps if step.what not in {"ask for a code", "sign in"}]
    uploads = [place for place, step in enumerate(served) if step.what.startswith("send ")]
    if outcome.decision is None:
        print(f"applicant {one.number} was not decided: {served[-1].answer}")
    return _Served(
        total=_seconds(served),
        wait=_seconds(step for step in served[uploads[-1] :] if step.what == DECISION),
        waits=_seconds(step for step in served if step.what == DECISION),
        decided=outcome.decision is not None,
        refused=phone.refused,
        uploads=len(uploads),
    )


def _seconds(steps: Iterable[Step]) -> float:
    return sum(step.ms for step in steps) / 1000


def _light(settings: Settings, stop: Path | None, seconds: float, pause: float) -> list[float]:
    """How long an endpoint without models takes, asked again and again, `pause` seconds apart.

    Without a pause the asking alone fills a core: fit to measure a rate, not a latency under load.
    """
    taken = []
    until = time.monotonic() + seconds
    with client_of(settings) as client:
        while time.monotonic() < until and not (stop and stop.exists()):
            began = time.perf_counter()
            client.get("/health")
            taken.append(time.perf_counter() - began)
            time.sleep(pause)
    return taken


@contextmanager
def _service(settings: Settings) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="kaihu-bench-") as folder:
        var = Path(folder)
        running = Settings(
            var=var,
            models=settings.models,
            port=free_port(),
            code_outbox=var / "codes.jsonl",
            web_threads=APPLICANTS // 2 + 8,
        )
        with (var / "server.log").open("wb") as output:
            service = Service(running, output)
            service.start()
            try:
                await_ready(running)
                yield running
            finally:
                service.stop()


def _processes(settings: Settings) -> list[psutil.Process]:
    """The service's, known by the folder that is theirs alone."""
    return [
        process
        for process in psutil.process_iter()
        if "python" in process.name() and str(settings.var) in process.environ().values()
    ]


def _cpu_s(settings: Settings) -> float:
    """Processor time that the service's processes have taken so far."""
    times = [process.cpu_times() for process in _processes(settings)]
    return float(sum(time.user + time.system for time in times))


def _percentiles(name: str, values: list[float]) -> Figures:
    if not values:
        return {f"{name}_p50": None, f"{name}_p95": None, f"{name}_p50.why": "nobody was decided"}
    return {f"{name}_p{p}": float(np.percentile(values, p)) for p in (50, 95)}
