"""Random damage to media, sealed columns and keys: that case goes to a person, the others go on.

`KAIHU_TRUST_DAMAGES` says how many; 200 is the measure.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.services import Services
from audit.actions import Action
from core.reasons import Reason
from kyc.evidence.types import VOICE_CLIP
from kyc.onboarding.states import Decision
from kyc.policy import OnboardingPolicy
from storage.queue import Job, JobState
from tests.support.damages import DAMAGES, Damage, Scene
from tests.support.factories import applicant, reread, started, submitted
from tests.support.findings import Person, numbered
from tests.support.jobs import analyses, work_off
from tests.support.log import events

COUNT = int(os.environ.get("KAIHU_TRUST_DAMAGES", str(len(DAMAGES))))


def almost_complete(services: Services, people: list[Person]) -> list[UUID]:
    """An onboarding of each person: everything analysed but the voice, which waits."""
    cases = []
    for person in people:
        owner = applicant(services, f"1380000{person.seed:04d}")
        onboarding = started(owner)
        for kind in services.parts.policy.section(OnboardingPolicy).required:
            if kind != VOICE_CLIP.kind:
                submitted(owner, onboarding, kind)
        work_off(services, person.findings())
        cases.append((owner, onboarding))
    for owner, onboarding in cases:
        submitted(owner, onboarding, VOICE_CLIP.kind)
    return [onboarding for _, onboarding in cases]


def work_off_late(services: Services, people: list[Person], damage: Callable[[], None]) -> None:
    """Begin every analysis, do the damage, and store what was found."""
    lifecycle = analyses(services)
    begun = []
    while (job := lifecycle.claim()) is not None:
        begun.append(job)
    damage()
    assert len(begun) == len(people)
    for job, person in zip(begun, people, strict=True):
        found = person.findings()
        lifecycle.complete(job.claim, partial(found.__getitem__, VOICE_CLIP.kind))
        job.span.end()


@pytest.mark.parametrize("number", range(COUNT))
def test_one_damaged_case_goes_to_a_person_and_stops_nobody(
    services: Services, number: int
) -> None:
    chance = random.Random(number)
    name = list(DAMAGES)[number % len(DAMAGES)]
    kind: Damage = DAMAGES[name]
    people = [numbered(seed) for seed in range(1, 4 if kind.both else 3)]
    one, other, *more = almost_complete(services, people)
    damage = partial(kind.do, Scene(services, one, other), chance)
    if kind.late and chance.random() < 0.5:
        work_off_late(services, people, damage)
    else:
        damage()
        work_off(services, people[0].findings())
    damaged = {one, other} if kind.both else {one}
    for onboarding in (one, other, *more):
        row = reread(services, onboarding)
        wanted = Decision.REVIEW if onboarding in damaged else Decision.APPROVED
        assert row.decision is wanted, (name, row.decision, row.reasons)
        assert (Reason.FILE_DAMAGED in row.reasons) == (onboarding in damaged), (name, row.reasons)
    told = {event.onboarding_id for event in events(services, Action.EVIDENCE_DAMAGED)}
    assert told == damaged, name
    with services.reading() as context:
        left = sa.select(sa.func.count(Job.id)).where(
            Job.state.in_([JobState.QUEUED, JobState.RUNNING])
        )
        assert context.session.scalar(left) == 0
