"""`kaihu bench groups`: what a second worker group over one PostgreSQL brings.

Each group is a worker of one process, as on a machine of its own; this machine has two cores, so
that two groups share nothing but caches, the database and the media.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import sqlalchemy as sa

from app.factory import create_app
from app.serve import environment
from app.services import Services, migrate, open_services, remember_policy
from app.settings import ROOT, Settings
from benchmarks.limits import policy_for_many
from benchmarks.postgres import postgres
from demo.documents import DocumentPrinter, photograph
from demo.material import FONT, demo_folder
from demo.personas import NOODLES
from demo.phone import Phone
from evaluation.report import Figures
from kyc.decision.models import Check
from kyc.evidence.types import LICENCE
from storage.queue import Job, JobState

PAGES = 40
PATIENCE_S = 240.0
API = "http://localhost/api/v1"


def bench_groups(settings: Settings) -> Figures:
    """Pages a second of one group and of two, and what was lost or read twice."""
    sheet = DocumentPrinter(demo_folder(settings.models) / FONT).licence(NOODLES)
    photo = photograph(sheet, 1)
    runs = {"1_group": _measured(settings, photo, 1), "2_groups": _measured(settings, photo, 2)}
    figures: Figures = {"pages": PAGES}
    for name, run in runs.items():
        figures |= {
            f"pages_per_s.{name}": run.rate,
            f"lost.{name}": run.lost,
            f"doubled.{name}": run.doubled,
        }
    return {**figures, "ratio": runs["2_groups"].rate / runs["1_group"].rate}


@dataclass(frozen=True)
class _Run:
    rate: float  # pages a second
    lost: int
    doubled: int


def _measured(settings: Settings, photo: bytes, groups: int) -> _Run:
    with tempfile.TemporaryDirectory(prefix="kaihu-bench-") as folder, postgres() as url:
        policy = policy_for_many(settings, Path(folder))
        running = Settings(
            var=Path(folder), models=settings.models, policy=policy, database_url=url, workers=1
        )
        migrate(running)
        services = open_services(running)
        remember_policy(services)
        _fill(services, photo)
        with ExitStack() as ending:
            for _ in range(groups):
                ending.callback(_end, _start(running))
            finished = _drained(services)
        with services.reading() as context:
            checked = context.session.scalar(sa.select(sa.func.count(Check.id))) or 0
        services.database.dispose()
    if not finished:
        raise SystemExit("no page was done: nothing can be measured")
    # The middle of the run: all groups are warm, none waits for a last page.
    early, late = np.percentile(finished, [20, 80])
    return _Run(
        rate=0.6 * (len(finished) - 1) / float(late - early),
        lost=PAGES - len(finished),
        doubled=checked - len(finished),
    )


def _fill(services: Services, photo: bytes) -> None:
    """A queue of pages, each sent by an applicant of their own."""
    transport = httpx.WSGITransport(create_app(services.settings))
    for number in range(PAGES):
        with httpx.Client(base_url=API, transport=transport) as client:
            phone = Phone(client)
            phone.sign_in(f"138{number:08d}", services.settings.codes)
            phone.start()
            phone.send(LICENCE.kind, photo, wait=False)
            if phone.steps[-1].answer.startswith("4"):
                raise SystemExit("a page was refused")


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "app.cli.main", "worker"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(settings), start_new_session=True,
        stdout=quiet, stderr=quiet,
    )  # fmt: skip


def _end(group: subprocess.Popen[bytes]) -> None:
    group.terminate()
    group.wait()


def _drained(services: Services) -> list[float]:
    """When each page was done, once all are or patience ends."""
    until = time.monotonic() + PATIENCE_S
    done = sa.select(Job.finished_at).where(Job.state == JobState.DONE)
    while True:
        with services.reading() as context:
            moments = [at.timestamp() for at in context.session.scalars(done) if at]
        if len(moments) >= PAGES or time.monotonic() > until:
            return moments
        time.sleep(0.5)
