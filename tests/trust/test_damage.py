"""Random damage to media, sealed columns and keys: that case goes to a person, the others go on.

`KAIHU_TRUST_DAMAGES` says how many; 200 is the measure.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.services import Services
from audit.actions import Action
from kyc.evidence.models import Evidence, Template
from kyc.evidence.types import LICENCE, VOICE_CLIP
from kyc.onboarding.states import Decision
from kyc.policy import OnboardingPolicy
from storage.media import FolderMedia
from tests.support.factories import Applicant, applicant, reread, started, submitted
from tests.support.findings import OWNER, another
from tests.support.jobs import work_off
from tests.support.log import events

COUNT = int(os.environ.get("KAIHU_TRUST_DAMAGES", "20"))
Damage = Callable[[Services, UUID, random.Random], None]


def flip(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content))
    return (
        content[:place]
        + bytes([content[place] ^ (1 << chance.randrange(8))])
        + content[place + 1 :]
    )


def on_file(change: Callable[[bytes, random.Random], bytes]) -> Damage:
    def damage(services: Services, onboarding: UUID, chance: random.Random) -> None:
        media = services.parts.media
        waiting = _waiting(services, onboarding)
        media.put(waiting, change(media.get(waiting), chance))

    return damage


def folder(services: Services, onboarding: UUID, _chance: random.Random) -> None:
    media = services.parts.media
    assert isinstance(media, FolderMedia)
    path = media._path(_waiting(services, onboarding))
    path.unlink()
    path.mkdir()


def missing(services: Services, onboarding: UUID, _chance: random.Random) -> None:
    services.parts.media.delete(_waiting(services, onboarding))


def facts(services: Services, onboarding: UUID, chance: random.Random) -> None:
    with services.transaction() as context:
        sealed = Evidence.onboarding_id == onboarding, Evidence.facts.is_not(None)
        row = chance.choice(context.session.scalars(sa.select(Evidence).where(*sealed)).all())
        assert row.facts is not None
        row.facts = flip(row.facts, chance)


def template(services: Services, onboarding: UUID, chance: random.Random) -> None:
    with services.transaction() as context:
        query = sa.select(Template).join(Evidence, Evidence.id == Template.evidence_id)
        rows = context.session.scalars(query.where(Evidence.onboarding_id == onboarding)).all()
        row = chance.choice(rows)
        row.sealed = row.sealed[: chance.randrange(len(row.sealed))]


def _waiting(services: Services, onboarding: UUID) -> UUID:
    with services.reading() as context:
        query = sa.select(Evidence.id).where(
            Evidence.onboarding_id == onboarding, Evidence.kind == VOICE_CLIP.kind
        )
        return context.session.scalars(query).one()


DAMAGES: dict[str, Damage] = {
    "flipped": on_file(flip),
    "truncated": on_file(lambda content, chance: content[: chance.randrange(len(content))]),
    "foreign": on_file(lambda content, chance: chance.randbytes(len(content))),
    "folder": folder,
    "missing": missing,
    "facts": facts,
    "template": template,
}


def almost_complete(owner: Applicant, seed: int) -> UUID:
    """Everything analysed but the voice, which waits."""
    onboarding = started(owner)
    person = OWNER if seed == 0 else another(seed)
    for kind in owner.services.parts.policy.section(OnboardingPolicy).required:
        if kind != VOICE_CLIP.kind:
            submitted(owner, onboarding, kind)
    work_off(owner.services, person.findings())
    submitted(owner, onboarding, VOICE_CLIP.kind)
    return onboarding


@pytest.mark.parametrize("number", range(COUNT))
def test_one_damaged_case_goes_to_a_person_and_stops_nobody(
    services: Services, number: int
) -> None:
    chance = random.Random(number)
    name = list(DAMAGES)[number % len(DAMAGES)]
    onboarding = almost_complete(applicant(services), 0)
    other = applicant(services, "13800000002")
    licence = submitted(other, started(other), LICENCE.kind)
    DAMAGES[name](services, onboarding, chance)
    work_off(services)
    assert reread(services, onboarding).decision is Decision.REVIEW, name
    (event,) = events(services, Action.EVIDENCE_DAMAGED)
    assert event.onboarding_id == onboarding
    with services.reading() as context:
        states = context.session.get_one(Evidence, licence).state
    assert states == "accepted"
    assert work_off(services) == 0
