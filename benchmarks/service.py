"""`kaihu bench onboarding` and `load`: the whole service over HTTP, one at a time and forty."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from app.jobs.analysis_pool import NICENESS
from app.jobs.scheduling import lower_session_priority
from app.serve import environment
from app.settings import Settings
from benchmarks.applicants import OWN_SECONDS, OwnTime, PreparedPhone, prepared_applicant
from benchmarks.engines import DIGITS, Inputs, owners_cpu_s, owners_inputs
from benchmarks.running import running_service
from demo.applicant import DemoApplicant, onboard
from demo.material import Material, load_material
from demo.phone import DECISION, SEND, SIGN_IN, Phone, Step
from demo.server import client_of
from evaluation.report import Figures
from kyc.onboarding.states import Decision

# Kinds of the service's processes, by what is in their command lines.
KINDS = {
    "web": ("gunicorn",),
    "analysing": ("multiprocessing", "sandbox.template"),
    "worker": (" worker",),
    "lending": (" lending",),
}
REST = "rest"
ALONE, APPLICANTS, ARRIVE_S = 6, 40, 10.0
MEASURED = 10  # of the applicants, whose files are analysed once more by themselves
LIGHT_S, LIGHT_EVERY_S, LIGHT_MAX_S = 3.0, 0.05, 600.0


def bench_onboarding(settings: Settings) -> Figures:
    """One applicant after the other, each alone with the service."""
    with running_service(settings, web_threads=APPLICANTS // 2 + 8) as running:
        material = load_material(running)
        applicants = [prepared_applicant(material, number) for number in range(ALONE)]
        results = [_alone(running, material, one) for one in applicants]
    decided = [one for one in results if one.decided]
    return {
        "n": ALONE,
        "decided": len(decided),
        **_percentiles("start_to_decision_s", [one.total for one in decided]),
        **_percentiles("decision_after_last_upload_s", [one.wait for one in decided]),
    }


def bench_load(settings: Settings) -> Figures:
    """Forty applicants who arrive within ten seconds, and a light endpoint all the while.

    `load_overhead` is what the service took over what its analyses take by themselves, as many at
    once, measured just after on files of its applicants (`onboarding_cpu_s`): a slow machine has
    slow analyses, a slow program has more overhead. What was drawn for them costs more or less than
    the one video of `bench engines`: blinks are looked for twice as closely. `web_cpu_s`,
    `worker_cpu_s`, `lending_cpu_s` and `analysing_cpu_s`, decoding with it, add up to
    `server_cpu_s`, but for what is smaller.
    """
    with running_service(settings, web_threads=APPLICANTS // 2 + 8) as running:
        material = load_material(running)
        applicants = [prepared_applicant(material, number) for number in range(APPLICANTS)]
        # Asked from a process of its own: what is measured is the server, not its forty phones.
        asker = ProcessPoolExecutor(1, get_context("spawn"), initializer=os.setsid)
        with asker as other:
            unloaded = other.submit(_light, running, None, LIGHT_S, 0.0).result()
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                phones = list(pool.map(partial(_prepared, running, material), applicants))
            lower_session_priority(NICENESS)  # a video sent back is filmed beside the analyses
            os.nice(NICENESS)
            before = _cpu_s_by_kind(running)
            stop = running.var / "stop"
            light = other.submit(_light, running, stop, LIGHT_MAX_S, LIGHT_EVERY_S)
            try:
                with ThreadPoolExecutor(APPLICANTS) as pool:
                    results = list(pool.map(partial(_arriving, material), phones, applicants))
            finally:  # else an applicant's failure is told when the asking ends by itself
                stop.touch()
            latencies_ms = np.array(light.result()) * 1000
        taken = _cpu_s_by_kind(running)
        by_kind = {kind: seconds - before[kind] for kind, seconds in taken.items()}
        cpu_s = sum(by_kind.values())
        memory = sum(process.memory_info().rss for process in _processes(running))
    sent = zip(phones[:MEASURED], applicants, strict=False)
    os.environ.update(environment(settings))
    analyses_cpu_s = owners_cpu_s(settings, [_files(material, *one) for one in sent])
    return {
        **_waits(results),
        "light_p50_ms": float(np.percentile(latencies_ms, 50)),
        "light_p99_ms": float(np.percentile(latencies_ms, 99)),
        "light_rps": len(unloaded) / LIGHT_S,
        "server_cpu_s": cpu_s,
        "onboarding_cpu_s": analyses_cpu_s,
        "load_overhead": load_overhead(cpu_s, analyses_cpu_s),
        **{f"{kind}_cpu_s": seconds for kind, seconds in by_kind.items()},
        "rss_total_mb": memory / 2**20,
    }


def load_overhead(server_cpu_s: float, analyses_cpu_s: float) -> float:
    """Processor seconds of the service over those of its applicants' analyses alone; about 1."""
    return server_cpu_s / (APPLICANTS * analyses_cpu_s)


@dataclass(frozen=True)
class _Result:
    """How an applicant fared, in seconds; their own time passes, and is not counted.

    `wait` is after the last upload; `waits` also before a video that was sent back.
    """

    total: float
    wait: float
    waits: float
    decided: bool
    refused: int
    uploads: int


def _waits(results: list[_Result]) -> Figures:
    decided = [one for one in results if one.decided]
    return {
        "applicants": APPLICANTS,
        "decided": len(decided),
        "lost": APPLICANTS - len(decided),
        "refused_503": sum(one.refused for one in results),
        "sent_back": sum(one.uploads > len(OWN_SECONDS) for one in results),
        **_percentiles("wait_after_last_upload_s", [one.wait for one in decided]),
        **_percentiles("waited_over_all_tries_s", [one.waits for one in decided]),
    }


def _alone(settings: Settings, material: Material, applicant: DemoApplicant) -> _Result:
    own = OwnTime()
    with client_of(settings) as client:
        phone = Phone(client, report=own.note_answer, before_upload=own.pass_before)
        return _onboarded(phone, material, applicant)


def _prepared(settings: Settings, material: Material, applicant: DemoApplicant) -> PreparedPhone:
    phone = PreparedPhone(client_of(settings))
    phone.prepare(applicant, material)
    return phone


def _files(material: Material, phone: PreparedPhone, applicant: DemoApplicant) -> Inputs:
    """What an applicant sent; of the voice, other digits."""
    said = material.speaker.say(DIGITS.first + DIGITS.second, applicant.number)
    return owners_inputs(applicant.photos, *phone.filmed(), said)


def _arriving(material: Material, phone: PreparedPhone, applicant: DemoApplicant) -> _Result:
    time.sleep(applicant.number * ARRIVE_S / APPLICANTS)
    own = OwnTime()
    phone.report, phone.before_upload = own.note_answer, own.pass_before
    with closing(phone.client):
        return _onboarded(phone, material, applicant)


def _onboarded(phone: Phone, material: Material, applicant: DemoApplicant) -> _Result:
    outcome = onboard(phone, material, applicant, "bench", Decision.APPROVED)
    served = [step for step in phone.steps if step.what not in SIGN_IN]
    uploads = [place for place, step in enumerate(served) if step.what.startswith(f"{SEND} ")]
    if outcome.decision is None:
        print(f"applicant {applicant.number} was not decided: {served[-1].answer}")
    return _Result(
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


def _processes(settings: Settings) -> list[psutil.Process]:
    """The service's, known by the folder that is theirs alone, and those that decode for them."""
    own = [
        process
        for process in psutil.process_iter()
        if "python" in process.name() and str(settings.var) in process.environ().values()
    ]
    below = [child for process in own for child in process.children(recursive=True)]
    return list({process.pid: process for process in [*own, *below]}.values())


def _cpu_s_by_kind(settings: Settings) -> dict[str, float]:
    """Processor time that the service's processes have taken so far, and those that they ended.

    A child that decoded a file is gone by now: its time is told of the process that waited for it.
    """
    taken = dict.fromkeys([*KINDS, REST], 0.0)
    for process in _processes(settings):
        with suppress(psutil.NoSuchProcess):  # a child that ended meanwhile
            # its own and its children's, user and system
            taken[kind_of(process.cmdline())] += sum(process.cpu_times()[:4])
    return taken


def kind_of(command: list[str]) -> str:
    """What a process of the service is, by its command line."""
    line = " ".join(command)
    return next((kind for kind, signs in KINDS.items() if any(s in line for s in signs)), REST)


def _percentiles(name: str, values: list[float]) -> Figures:
    if not values:
        return {f"{name}_p50": None, f"{name}_p95": None, f"{name}_p50.why": "nobody was decided"}
    return {f"{name}_p{p}": float(np.percentile(values, p)) for p in (50, 95)}
