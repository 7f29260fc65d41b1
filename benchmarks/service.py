"""`kaihu bench onboarding` and `load`: the whole service over HTTP, one at a time and forty."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from app.demo.actor import Actor
from app.demo.people import NOODLES, OWNER, Cast, Papers, papers, send_all
from app.demo.phone import DECISION, Phone, Step
from app.demo.play import await_ready, cast_of, client_of
from app.serve import Service, free_port
from app.settings import Settings
from evaluation.report import Figures

ALONE, APPLICANTS, ARRIVE_S = 6, 40, 10.0
PHONES_YIELD = 15  # niceness: real phones share no cores with the server
LIGHT_S, LIGHT_EVERY_S = 3.0, 0.05
# The owner's own seconds before each upload, as DESIGN.md has the minute.
MINUTE = {
    "id_card_front": 8.0,
    "id_card_back": 5.0,
    "licence": 8.0,
    "voice_clip": 10.0,
    "face_video": 8.0,
}


def bench_onboarding(settings: Settings) -> Figures:
    with _service(settings) as running:
        cast = cast_of(running)
        applicants = [_applicant(cast, number) for number in range(ALONE)]
        results = [_one(running, cast, one) for one in applicants]
    totals = [total for total, _, decided, _ in results if decided]
    waits = [wait for _, wait, decided, _ in results if decided]
    return {
        "n": ALONE,
        "decided": len(totals),
        **_percentiles("start_to_decision_s", totals),
        **_percentiles("decision_after_last_upload_s", waits),
    }


def bench_load(settings: Settings) -> Figures:
    with _service(settings) as running:
        cast = cast_of(running)
        applicants = [_applicant(cast, number) for number in range(APPLICANTS)]
        # Asked from a process of its own: what is measured is the server, not its forty phones.
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            rate = other.submit(_light, running, None, LIGHT_S, 0.0).result()
            stop = running.var / "stop"
            light = other.submit(_light, running, stop, 600.0, LIGHT_EVERY_S)
            os.nice(PHONES_YIELD)
            with ThreadPoolExecutor(APPLICANTS) as pool:
                arriving = [pool.submit(_arriving, running, cast, one) for one in applicants]
                results = [job.result() for job in arriving]
            stop.touch()
            latencies = np.array(light.result()) * 1000
        memory = sum(
            p.memory_info().rss
            for p in psutil.process_iter(["cmdline"])
            if str(running.var) in " ".join(p.environ().values() if _ours(p) else [])
        )
    waits = [wait for _, wait, decided, _ in results if decided]
    return {
        "applicants": APPLICANTS,
        "decided": len(waits),
        "lost": APPLICANTS - len(waits),
        "refused_503": sum(refused for *_, refused in results),
        **_percentiles("wait_after_last_upload_s", waits),
        "light_p50_ms": float(np.percentile(latencies, 50)),
        "light_p99_ms": float(np.percentile(latencies, 99)),
        "light_rps": len(rate) / LIGHT_S,
        "rss_total_mb": memory / 2**20,
    }


@dataclass(frozen=True)
class _Applicant:
    """One of the simulated phones, its photos taken and its actor ready before the clock runs."""

    number: int
    held: Papers
    actor: Actor


def _applicant(cast: Cast, number: int) -> _Applicant:
    person = replace(OWNER, serial=100 + number)
    business = replace(NOODLES, serial=2_000_000 + number)
    actor = Actor(cast.owner, cast.rules, number)
    return _Applicant(number, papers(cast.press, person, business, actor, number), actor)


def _one(settings: Settings, cast: Cast, one: _Applicant) -> tuple[float, float, bool, int]:
    """Seconds the server took from start to decision, seconds after the last upload, decided.

    The owner's own time passes, as in the minute, and is not counted.
    """
    steps: list[Step] = []
    with client_of(settings) as client:
        phone = Phone(client, steps.append, takes=lambda kind: time.sleep(MINUTE[kind]))
        outcome = send_all(phone, cast, "bench", "approved", one.held, one.actor, one.number)
    served = [step for step in steps if step.what not in {"ask for a code", "sign in"}]
    total = sum(step.ms for step in served) / 1000
    wait = sum(step.ms for step in served if step.what == DECISION) / 1000
    if outcome.decision is None:
        print(f"applicant {one.number} was not decided: {served[-1].answer}")
    return total, wait, outcome.decision is not None, phone.refused


def _arriving(settings: Settings, cast: Cast, one: _Applicant) -> tuple[float, float, bool, int]:
    time.sleep(one.number * ARRIVE_S / APPLICANTS)
    return _one(settings, cast, one)


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


def _ours(process: psutil.Process) -> bool:
    return "python" in process.name()


def _percentiles(name: str, values: list[float]) -> Figures:
    if not values:
        return {f"{name}_p50": None, f"{name}_p95": None, f"{name}_p50.why": "nobody was decided"}
    return {f"{name}_p{p}": float(np.percentile(values, p)) for p in (50, 95)}
