"""Decisions made again from the record: by the policy they were made by, or by another."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyc.decision.record import answer, reasons_of
from kyc.policy import Effect
from kyc.onboarding.models import Onboarding, PolicyRecord
from storage.failures import NotFound


class PolicyChanged(Exception):
    """A policy was changed without changing its version: decisions could not be replayed."""


@dataclass(frozen=True)
class Replay:
    """A decision as it was made and as it is made again."""

    onboarding_id: UUID
    policy_version: str
    reasons: tuple[str, ...]
    decided: str
    again: str

    @property
    def same(self) -> bool:
        return self.decided == self.again


def keep_policy(session: Session, version: str, content: str) -> None:
    """Keep a policy's text under its version. Raises `PolicyChanged` when another is kept there."""
    kept = session.get(PolicyRecord, version)
    if kept is None:
        session.add(PolicyRecord(version=version, content=content))
    elif tomllib.loads(kept.content) != tomllib.loads(content):
        raise PolicyChanged(
            f"policy {version} was used with other numbers: give the changed policy a new version"
        )


def replay(session: Session, onboarding_id: UUID) -> Replay:
    """The decision again, from its checks and the policy of its time. Raises `NotFound`."""
    onboarding = session.get(Onboarding, onboarding_id)
    if onboarding is None or onboarding.decision is None or onboarding.policy_version is None:
        raise NotFound
    kept = session.get(PolicyRecord, onboarding.policy_version)
    if kept is None:
        raise NotFound
    return _again(session, onboarding, _effects(kept.content))


def simulate(session: Session, content: str) -> Iterator[Replay]:
    """Every past decision as a policy of this text would make it."""
    effects = _effects(content)
    decided = sa.select(Onboarding).where(Onboarding.decision.is_not(None))
    for onboarding in session.scalars(decided.order_by(Onboarding.decided_at)):
        yield _again(session, onboarding, effects)


def _again(session: Session, onboarding: Onboarding, effects: Mapping[str, Effect]) -> Replay:
    reasons = reasons_of(session, onboarding.id)
    return Replay(
        onboarding_id=onboarding.id,
        policy_version=onboarding.policy_version or "",
        reasons=tuple(reasons),
        decided=onboarding.automatic or "",
        again=answer(effects, reasons),
    )


def _effects(content: str) -> dict[str, Effect]:
    """What reasons do; other rules worked on pictures and sounds, which are not judged again."""
    effects: dict[str, Effect] = tomllib.loads(content)["effects"]
    return effects
