"""`kaihu bench onboarding` and `load`: the whole service over HTTP, one at a time and forty."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import psutil

from app.demo.actor import Actor
from app.demo.people import NOODLES, OWNER, Cast, Papers, papers, send_all
from app.demo.phone import DECISION, Phone, Step
from app.demo.play import await_ready, cast_of, client_of
from app.priority import yield_session
from app.serve import Service, free_port
from app.settings import Settings
from evaluation.report import Figures

ALONE, APPLICANTS, ARRIVE_S = 6, 40, 10.0
PHONES_YIELD = 15  # niceness: real phones share no cores with the server
LIGHT_S, LIGHT_EVERY_S = 3.0, 0.05
# The owner's own seconds before each upload, as DESIGN.md has the minute; a phone films meanwhile.
UPLOADS = 5
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
            stop = running.var / "stop"
            light = other.submit(_light, running, stop, 600.0, LIGHT_EVERY_S)
            yield_session(PHONES_YIELD)
            os.nice(PHONES_YIELD)
            cv2.setNumThreads(1)  # a phone: forty of them are threads enough
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
    decided = [one for one in results if one.decided]
    return {
        "applicants": APPLICANTS,
        "decided": len(decided),
        "lost": APPLICANTS - len(decided),
        "refused_503": sum(one.refused for one in results),
        "sent_back": sum(one.uploads > UPLOADS for one in results),
        **_percentiles("wait_after_last_upload_s", [one.wait for one in decided]),
        **_percentiles("waited_over_all_tries_s", [one.waits for one in decided]),
        "light_p50_ms": float(np.percentile(latencies, 50)),
        "light_p99_ms": float(np.percentile(latencies, 99)),
        "light_rps": len(rate) / LIGHT_S,
        "rss_total_mb": memory / 2**20,
    }


@dataclass(frozen=True)
class Simulated:
    """One of the simulated phones, its photos taken and its actor ready before the clock runs."""

    number: int
    held: Papers
    actor: Actor


def applicant_of(cast: Cast, number: int) -> Simulated:
    """Somebody with a number and a business of their own, whose papers are ready."""
    person = replace(OWNER, serial=100 + number)
    business = replace(NOODLES, serial=2_000_000 + number)
    actor = Actor(cast.owner, cast.rules, number)
    return Simulated(number, papers(cast.press, person, business, actor, number), actor)


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


@dataclass
class _Owner:
    """Somebody who takes their own seconds for each upload, from the last answer on."""

    steps: list[Step] = field(default_factory=list)
    answered_at: float = 0.0

    def hear(self, step: Step) -> None:
        self.steps.append(step)
        self.answered_at = time.monotonic()

    def take(self, kind: str) -> None:
        time.sleep(max(0.0, self.answered_at + MINUTE[kind] - time.monotonic()))


def _one(settings: Settings, cast: Cast, one: Simulated) -> _Served:
    owner = _Owner()
    with client_of(settings) as client:
        phone = Phone(client, owner.hear, takes=owner.take)
        outcome = send_all(phone, cast, "bench", "approved", one.held, one.actor, one.number)
    served = [step for step in owner.steps if step.what not in {"ask for a code", "sign in"}]
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


def _arriving(settings: Settings, cast: Cast, one: Simulated) -> _Served:
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
