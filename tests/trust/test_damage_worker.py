"""Damage of every kind before a real worker with real models: none of its processes ends.

`KAIHU_TRUST_WORKER_ROUNDS` says how many cases of each kind; the databases are both.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.serve import environment
from app.services import Services, open_services, remember_policy
from app.settings import ROOT, Settings
from core.reasons import Reason
from demo.material import DIGITS, demo_folder
from demo.speaker import DigitSpeaker
from kyc.analysis.challenges import ChallengeKind, DigitChallenge, stored_challenge
from kyc.evidence.types import VOICE_CLIP
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.states import Decision
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from storage.queue import Job, JobState
from tests.support.damages import DAMAGES, Scene
from tests.support.factories import Applicant, applicant, reread, started, submitted
from tests.support.findings import Person, numbered
from tests.support.hashing import hash_cheaply
from tests.support.jobs import work_off

ROUNDS = int(os.environ.get("KAIHU_TRUST_WORKER_ROUNDS", "1"))
PATIENCE_S = 1500.0
POLL_S = 1.0
EXITS = ("process died", "job failed")  # what the worker logs of a process or job that ended badly


@dataclass(frozen=True)
class Case:
    """An onboarding whose voice waits, and the damage that was done to it, if any."""

    onboarding: UUID
    damage: str


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One process that analyses: what it does not outlive is seen at once."""
    return settings.model_copy(update={"workers": 1})


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """On the clock of the worker, which is no test's."""
    opened = hash_cheaply(open_services(settings))
    yield opened
    opened.database.dispose()


@pytest.mark.timeout(1800)  # models are loaded, and a hundred recordings analysed
def test_no_process_of_a_worker_ends_of_damage(
    services: Services, settings: Settings, models: Path, tmp_path: Path
) -> None:
    remember_policy(services)
    cases = damaged_cases(services, DigitSpeaker(demo_folder(models) / DIGITS))
    log = tmp_path / "worker.log"
    with running_worker(settings, log) as worker:
        await_end(services, worker)
        assert worker.poll() is None, log.read_text()[-2000:]
    events = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert [event for event in events if event["event"] in EXITS] == []
    for case in cases:
        row = reread(services, case.onboarding)
        sure = Reason.DIGITS_UNSURE not in row.reasons  # of an honest reading in fifty
        wanted = Decision.REVIEW if case.damage or not sure else Decision.APPROVED
        assert row.decision is wanted, (case, row.decision, row.reasons)
        assert (Reason.FILE_DAMAGED in row.reasons) == bool(case.damage), (case, row.reasons)
    print(f"{sum(bool(case.damage) for case in cases)} damaged of {len(cases)}")


def damaged_cases(services: Services, speaker: DigitSpeaker) -> list[Case]:
    """Two cases for each kind of damage, of which one is spared where the kind damages one."""
    kinds = list(DAMAGES.items()) * ROUNDS
    begun = [without_voice(services, numbered(1 + number)) for number in range(2 * len(kinds))]
    for seed, (owner, onboarding) in enumerate(begun):
        say(owner, onboarding, speaker, seed)
    cases = []
    for number, (name, damage) in enumerate(kinds):
        one, other = (onboarding for _, onboarding in begun[2 * number : 2 * number + 2])
        damage.do(Scene(services, one, other), random.Random(number))
        cases += [Case(one, name), Case(other, name if damage.both else "")]
    return cases


def without_voice(services: Services, person: Person) -> tuple[Applicant, UUID]:
    """An onboarding: everything analysed but the voice, which is still to be sent."""
    owner = applicant(services, f"1380000{person.seed:04d}")
    onboarding = started(owner)
    for kind in services.parts.policy.section(OnboardingPolicy).required:
        if kind != VOICE_CLIP.kind:
            submitted(owner, onboarding, kind)
    work_off(services, person.findings())
    return owner, onboarding


def say(owner: Applicant, onboarding: UUID, speaker: DigitSpeaker, seed: int) -> None:
    """Send the digits that are asked for, read aloud."""
    with owner.acting() as context:
        drawn = issue_challenge(context, onboarding, ChallengeKind.VOICE)
        asked = stored_challenge(ChallengeKind.VOICE, drawn.asked)
        assert isinstance(asked, DigitChallenge)
        said = speaker.say(asked.first + asked.second, seed)
        submit_evidence(context, SubmitEvidence(onboarding, VOICE_CLIP.kind, said, drawn.id))


@contextmanager
def running_worker(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The worker process of `kaihu serve`, until the block ends."""
    command = [sys.executable, "-m", "app.cli.main", "worker"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            command, cwd=ROOT, env=environment(settings), start_new_session=True,
            stdout=output, stderr=output,
        )  # fmt: skip
        try:
            yield worker
        finally:
            worker.terminate()
            worker.wait(60)


def await_end(services: Services, worker: subprocess.Popen[bytes]) -> None:
    """Return once no job waits or runs, or the worker has ended."""
    waiting = sa.select(sa.func.count(Job.id)).where(
        Job.state.in_([JobState.QUEUED, JobState.RUNNING])
    )
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and worker.poll() is None:
        with services.reading() as context:
            if not context.session.scalar(waiting):
                return
        time.sleep(POLL_S)
    assert worker.poll() is None
    pytest.fail("jobs still wait")
