"""Any order of uploads, repeats, expiry, withdrawal and worker deaths, on a real database."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from app.jobs.lifecycle import LEASE_S, ClaimedJob
from app.jobs.maintenance import Maintenance
from app.services import Services, migrate, open_services
from app.settings import Settings
from audit.actions import Action
from audit.models import AuditEvent
from core.errors import BusinessError
from core.reasons import Reason
from kyc.analysis.challenges import ChallengeKind
from kyc.analysis.findings import Finding
from kyc.decision.models import Check
from kyc.evidence.models import Evidence, IssuedChallenge, Template
from kyc.evidence.repository import current_evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import TYPES, kinds_with_consent
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from privacy.consents import require_consent
from privacy.kinds import ConsentKind
from storage.context import Context
from storage.handlers import Lane
from storage.queue import Job, JobState
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, started
from tests.support.findings import OWNER
from tests.support.jobs import analyses, kind_of, work_off, work_off_by_performing
from tests.support.policy import POLICY

REQUIRED = POLICY.section(OnboardingPolicy).required
PEOPLE = st.integers(0, 1)
KINDS = st.sampled_from(REQUIRED)
FINDINGS = st.sampled_from([None, None, None, Reason.BLURRED, Reason.FACE_CHANGES])
R = TypeVar("R")


class Onboardings(RuleBasedStateMachine):
    """Two people, one worker that may die, and a clock that moves on."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        var = Path(self.folder.name)
        made = Settings(var=var, code_outbox=var / "codes")
        migrate(made)
        self.clock = MovableClock()
        self.services: Services = open_services(made, self.clock)
        self.lifecycle = analyses(self.services)
        self.claims: list[ClaimedJob] = []
        self.sent = 0
        self.people = [applicant(self.services, f"1380000000{n}") for n in range(2)]
        self.current = [started(person) for person in self.people]

    def attempt(self, person: Applicant, act: Callable[[Context], R]) -> R | None:
        """What the web layer does: an error that a person can understand undoes everything."""
        try:
            with person.acting() as context:
                return act(context)
        except BusinessError:
            return None

    @rule(person=PEOPLE)
    def begin(self, person: int) -> None:
        self.current[person] = started(self.people[person])

    @rule(person=PEOPLE, kind=KINDS, again=st.booleans())
    def send(self, person: int, kind: str, again: bool) -> None:
        owner, place = self.people[person], self.current[person]
        drawn = self.drawn(person, TYPES.of(kind).challenge)
        self.sent += 0 if again else 1
        content = f"{kind} {self.sent}".encode()
        command = SubmitEvidence(place, kind, content, drawn)
        for _ in range(1 + again):
            self.attempt(owner, lambda context: submit_evidence(context, command).id)
        if TYPES.of(kind).challenge:
            other = SubmitEvidence(place, kind, content + b" other", drawn)
            taken = self.attempt(owner, lambda context: submit_evidence(context, other).id)
            assert taken is None, "a challenge was answered twice"

    def drawn(self, person: int, asked: ChallengeKind | None) -> UUID | None:
        if asked is None:
            return None
        place = self.current[person]
        return self.attempt(
            self.people[person], lambda context: issue_challenge(context, place, asked).id
        )

    @rule(kind=st.sampled_from([kind for kind in REQUIRED if TYPES.of(kind).challenge]))
    def answer_anothers_challenge(self, kind: str) -> None:
        drawn = self.drawn(0, TYPES.of(kind).challenge)
        command = SubmitEvidence(self.current[1], kind, b"stolen", drawn)
        taken = self.attempt(self.people[1], lambda context: submit_evidence(context, command).id)
        assert taken is None

    @rule()
    def claim(self) -> None:
        job = self.lifecycle.claim()
        if job is not None:
            self.claims.append(job)

    @precondition(lambda self: self.claims)
    @rule(found=FINDINGS, newest=st.booleans())
    def finish(self, found: Reason | None, newest: bool) -> None:
        self.finish_one(-1 if newest else 0, found)

    def finish_one(self, place: int, found: Reason | None) -> None:
        job = self.claims.pop(place)
        good = OWNER.findings()[kind_of(self.services, job.claim.subject_id)]
        finding = good if found is None else Finding((found,))
        self.lifecycle.complete(job.claim, lambda: finding)

    @rule(found=FINDINGS)
    def work(self, found: Reason | None) -> None:
        """Claim and finish at once, as a worker does when nothing happens."""
        before = len(self.claims)
        self.claim()
        if len(self.claims) > before:
            self.finish_one(-1, found)

    @precondition(lambda self: self.claims)
    @rule()
    def die_in_the_middle(self) -> None:
        """The worker is gone; leases run out, and what it held may come back late."""
        self.clock.advance(seconds=LEASE_S + 1)

    @rule(person=PEOPLE, kind=st.sampled_from(ConsentKind))
    def withdraw(self, person: int, kind: ConsentKind) -> None:
        place = self.current[person]
        self.attempt(self.people[person], lambda context: withdraw_consent(context, place, kind))

    @rule()
    def let_time_pass(self) -> None:
        """What is open expires, sooner or later."""
        self.clock.advance(timedelta(minutes=25))
        Maintenance(self.services).expire()

    @invariant()
    def decided_once_and_on_everything(self) -> None:
        with self.services.reading() as context:
            decided = context.session.scalars(
                sa.select(AuditEvent.onboarding_id).where(
                    AuditEvent.action == Action.ONBOARDING_DECIDED
                )
            )
            assert max(Counter(decided).values(), default=0) <= 1
            for row in context.session.scalars(sa.select(Onboarding)):
                check_onboarding(context, row)

    @invariant()
    def evidence_answers_its_own_challenge_once(self) -> None:
        with self.services.reading() as context:
            rows = context.session.execute(
                sa.select(Evidence, IssuedChallenge).join(
                    IssuedChallenge, IssuedChallenge.id == Evidence.challenge_id
                )
            ).all()
            assert all(sent.onboarding_id == asked.onboarding_id for sent, asked in rows)
            assert len({asked.id for _, asked in rows}) == len(rows)
            checks = context.session.scalars(
                sa.select(Check.evidence_id).where(Check.evidence_id.is_not(None))
            )
            assert max(Counter(checks).values(), default=0) <= 1

    @invariant()
    def nothing_is_kept_of_a_withdrawn_face(self) -> None:
        biometric = kinds_with_consent(ConsentKind.BIOMETRIC)
        with self.services.reading() as context:
            kept = context.session.scalars(
                sa.select(Evidence.onboarding_id)
                .join(Template, Template.evidence_id == Evidence.id)
                .where(Evidence.kind.in_(biometric))
            )
            for place in set(kept):
                require_consent(context, place, ConsentKind.BIOMETRIC)

    def teardown(self) -> None:
        """Whatever happened, the queue runs empty and nobody is left being analysed."""
        if not hasattr(self, "services"):
            return
        self.clock.advance(seconds=LEASE_S + 1)
        work_off(self.services)
        work_off_by_performing(self.services, Lane.HOUSEKEEPING)
        with self.services.reading() as context:
            left = (
                sa.select(Evidence)
                .join(Onboarding)
                .where(
                    Evidence.state == EvidenceState.ANALYSING,
                    Onboarding.state == OnboardingState.OPEN,
                )
            )
            assert context.session.scalars(left).all() == []
            unfinished = sa.select(Job).where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
            assert context.session.scalars(unfinished).all() == []
        self.services.database.dispose()
        self.folder.cleanup()


def check_onboarding(context: Context, row: Onboarding) -> None:
    """One piece a slot; a decision on everything, an approval on nothing but good evidence."""
    held = current_evidence(context, row.id)
    states = Counter(item.state for item in held.values())
    filled = sa.select(Evidence.kind).where(
        Evidence.onboarding_id == row.id,
        Evidence.state.not_in([EvidenceState.SUPERSEDED, EvidenceState.RETRY]),
    )
    assert max(Counter(context.session.scalars(filled)).values(), default=0) <= 1
    if row.state is OnboardingState.WITHDRAWN:
        assert states[EvidenceState.ANALYSING] == 0
        return
    assert (row.state is OnboardingState.DECIDED) == (row.decision is not None)
    if row.decision in (Decision.APPROVED, Decision.REVIEW):
        assert set(held) == set(REQUIRED)
        assert not states[EvidenceState.ANALYSING]
    if row.decision is Decision.APPROVED:
        assert states == {EvidenceState.ACCEPTED: len(REQUIRED)}


TestOnboardings: Any = Onboardings.TestCase
TestOnboardings.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
