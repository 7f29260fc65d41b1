"""The queue, worked off in the test's own process: engines are replaced, nothing else is.

Claims, leases, loading and storing are the product's. In place of `perform`, which would need the
models, stands a finding for each kind of evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from app.jobs.lifecycle import ClaimedJob, JobLifecycle
from app.services import Services
from core.policy import Policy
from kyc.analysis.findings import Finding, VerificationFinding
from kyc.analysis.manifest import ModelManifest
from kyc.evidence.models import Evidence
from kyc.onboarding.submit import ANALYSE_EVIDENCE
from storage.handlers import Lane
from storage.queue import Claim
from tests.support.findings import KNOWN, OWNER, Findings

NO_WEIGHTS = ModelManifest({})


def work_off(
    services: Services,
    findings: Findings | None = None,
    verification: VerificationFinding = KNOWN,
) -> int:
    """Do every analysis that is due, with these findings; returns how many.

    Findings are those of `OWNER` unless others are given. Raises KeyError for evidence of a kind
    that `findings` lacks.
    """
    found = OWNER.findings() if findings is None else findings
    lifecycle, done = analyses(services), 0
    while (job := lifecycle.claim()) is not None:
        finding = _finding(services, job.claim, found, verification)
        lifecycle.complete(job.claim, partial(_same, finding))
        job.span.end()
        done += 1
    return done


def work_off_by_performing(services: Services, lane: Lane, lent: object = None) -> int:
    """Do every job of a lane that is due by its own `perform`; returns how many.

    Unless something else is lent, analyses are lent the policy and no models.
    """
    lent = WithoutModels(services.parts.policy) if lent is None else lent
    lifecycle, done = JobLifecycle(services, lane), 0
    while (job := lifecycle.claim()) is not None:
        lifecycle.complete(job.claim, _performed(job, lent))
        done += 1
    return done


def analyses(services: Services) -> JobLifecycle:
    """Both ends of the analyses' jobs, in a process that holds no weights."""
    services.parts.resources.add(ModelManifest, NO_WEIGHTS)
    return JobLifecycle(services, Lane.ANALYSIS)


@dataclass(frozen=True)
class WithoutModels:
    """In place of the engines, for an analysis that uses none."""

    policy: Policy


class NoPool:
    """In place of the processes that hold the models: nothing may be submitted to it."""

    count = 1

    def __init__(self, *_: object) -> None: ...

    def warm_up(self) -> None:
        """Nothing is loaded."""

    def submit(self, _perform: Callable[[Any, Any], Any], _work: Any) -> Future[Any]:
        """Raises AssertionError."""
        raise AssertionError("an analysis was submitted")

    def close(self) -> None:
        """Nothing is under way."""


def _same(finding: Finding) -> Finding:
    return finding


def _performed(job: ClaimedJob, lent: object) -> Callable[[], Any]:
    return lambda: job.perform(job.work, lent)


def _finding(
    services: Services, claim: Claim, found: Findings, verification: VerificationFinding
) -> Finding:
    if claim.kind != ANALYSE_EVIDENCE:
        return verification
    return found[kind_of(services, claim.subject_id)]


def kind_of(services: Services, evidence_id: UUID) -> str:
    """The kind of a piece of evidence."""
    with services.reading() as context:
        return context.session.get_one(Evidence, evidence_id).kind
