"""Decisions made again from the record: by the policy they were made by, or by another."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.entries import digest
from audit.writer import record
from core.clock import business_day
from core.errors import NotFound
from kyc.analysis.takes import Merging
from kyc.decision.checks import reasons_of
from kyc.decision.decide import Effects, decide
from kyc.decision.models import Check, PolicyRecord
from kyc.decision.takes import TAKES, merged_again, provenance
from kyc.evidence.repository import current_evidence
from kyc.onboarding.models import Onboarding
from kyc.policy import Effect, EffectsPolicy, OnboardingPolicy
from storage.context import Context


class PolicyChanged(Exception):
    """A policy was changed without changing its version: decisions could not be replayed."""


@dataclass(frozen=True)
class Replay:
    """A decision as it was made and as it is made again.

    `fields_same`: whether each field of each paper comes from the same photos again; None where no
    photos were merged, or what they said is destroyed.
    """

    onboarding_id: UUID
    policy_version: str
    reasons: tuple[str, ...]
    decided: str
    again: str
    fields_same: bool | None = None

    @property
    def same(self) -> bool:
        """Whether both are the same."""
        return self.decided == self.again and self.fields_same is not False


def keep_policy(context: Context) -> None:
    """Keep the text of the policy in force under its version.

    Raises `PolicyChanged` when another policy is kept there.
    """
    version, content = context.policy.version, context.policy.content
    kept = context.session.get(PolicyRecord, version)
    if kept is None:
        row = PolicyRecord(version=version, content=content, kept_at=context.now())
        context.session.add(row)
        context.session.flush()
    elif tomllib.loads(kept.content) != tomllib.loads(content):
        raise PolicyChanged(
            f"policy {version} was used with other numbers: give the changed policy a new version"
        )


def replay(context: Context, onboarding_id: UUID) -> Replay:
    """The decision again, from its checks and the policy of its time. Raises `NotFound`."""
    require(context, Permission.DECISION_REPLAY)
    onboarding = context.session.get(Onboarding, onboarding_id)
    if onboarding is None or onboarding.decision is None or onboarding.policy_version is None:
        raise NotFound
    kept = context.session.get(PolicyRecord, onboarding.policy_version)
    if kept is None:
        raise NotFound
    again = replace(
        _again(context, onboarding, kept.content),
        fields_same=_fields_again(context, onboarding, kept.content),
    )
    record(
        context,
        Action.DECISION_REPLAYED,
        onboarding.id,
        onboarding_id=onboarding.id,
        applicant_id=onboarding.applicant_id,
        policy=again.policy_version,
        same=again.same,
    )
    return again


def simulate(context: Context, content: str) -> list[Replay]:
    """Every past decision as a policy of this text would make it; `note_simulation` is its event.

    It goes over all decisions: call it in a reading.
    """
    require(context, Permission.DECISION_REPLAY)
    decided = sa.select(Onboarding).where(Onboarding.decision.is_not(None))
    onboardings = context.session.scalars(decided.order_by(Onboarding.decided_at))
    return [_again(context, onboarding, content) for onboarding in onboardings]


def note_simulation(context: Context, content: str, made: Sequence[Replay]) -> None:
    """Record that past decisions were gone over."""
    require(context, Permission.DECISION_REPLAY)
    record(
        context,
        Action.POLICY_SIMULATED,
        context.policy.version,
        digest=digest(content),
        decisions=len(made),
        changed=sum(not one.same for one in made),
    )


def _again(context: Context, onboarding: Onboarding, content: str) -> Replay:
    effects, lasting = _rules(content)
    reasons = reasons_of(context, onboarding.id, lasting)
    return Replay(
        onboarding_id=onboarding.id,
        policy_version=onboarding.policy_version or "",
        reasons=tuple(reasons),
        decided=onboarding.automatic or "",
        again=decide(effects, reasons),
    )


def _fields_again(context: Context, onboarding: Onboarding, content: str) -> bool | None:
    """Whether the photos of its papers say the same together, by the rules of the time."""
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    sent = current_evidence(context, onboarding.id)
    checks = context.session.scalars(sa.select(Check).where(Check.onboarding_id == onboarding.id))
    papers = {one.id: one for one in sent.values() if one.facts is not None}
    kept = [
        (papers[check.evidence_id], check)
        for check in checks
        if check.evidence_id in papers and TAKES in check.measurements
    ]
    if not kept:
        return None
    merging = Merging.of_text(content)
    return all(
        provenance(merged_again(context, owner, evidence, merging, business_day(check.at)))
        == check.measurements[TAKES]
        for evidence, check in kept
    )


@lru_cache(maxsize=8)  # a simulation asks for every decision, and a policy takes long to parse
def _rules(content: str) -> tuple[Effects, frozenset[str]]:
    """What reasons do, and which last; other rules worked on pictures and sounds.

    Those are not judged again. A policy of another version may name reasons that this one does not
    know; before 2026-11-29.7 none lasted.
    """
    policy = tomllib.loads(content)
    effects = {code: Effect(effect) for code, effect in policy[EffectsPolicy.table].items()}
    return effects, frozenset(policy.get(OnboardingPolicy.table, {}).get("lasting", ()))
