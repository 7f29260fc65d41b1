"""Any order of uploads, repeats, expiry, withdrawal and worker deaths, on a real database."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.orm import Session
from storage.failures import BusinessFailure

from app.services import House, migrate, open_house
from app.settings import Settings
from audit.writer import AuditEvent
from kyc.analysis.analyser import Finding
from kyc.decision.record import record_finding
from kyc.onboarding import submit as onboarding
from kyc.onboarding.models import Applicant, Challenge, Check, Evidence, Onboarding, Template
from privacy import consents
from storage import queue as jobs
from storage.database import new_id, utc_now
from tests.integration.test_onboarding import GOOD, TERMS

PEOPLE = st.integers(0, 1)
KINDS = st.sampled_from(onboarding.EVIDENCE_KINDS)
FINDINGS = st.sampled_from(["good", "good", "good", "blurred", "face_changes"])


class Onboardings(RuleBasedStateMachine):
    """Two people, one worker that may die, and a clock that moves on."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        var = Path(self.folder.name)
        made = Settings(var=var, code_outbox=var / "codes")
        migrate(made)
        self.house: House = open_house(made)
        self.claims: list[jobs.Claim] = []
        self.sent = 0
        with self.house.database.transaction() as session:
            self.people = [self._person(session, number) for number in range(2)]
        self.current: dict[int, UUID] = {}
        for person in range(2):
            self.begin(person)

    def _person(self, session: Session, number: int) -> UUID:
        vault, applicant_id = self.house.desk.vault, new_id()
        key = vault.new_data_key(applicant_id)
        phone = vault.seal(key, applicant_id, b"phone", "phone")
        session.add(Applicant(id=applicant_id, phone_blind=str(number), phone=phone, data_key=key))
        return applicant_id

    def _try(self, act: Any) -> Any:
        """What the web layer does: a failure that a person can understand undoes everything."""
        try:
            with self.house.database.transaction() as session:
                return act(session)
        except BusinessFailure:
            return None

    @rule(person=PEOPLE)
    def begin(self, person: int) -> None:
        who, desk = self.people[person], self.house.desk
        self.current[person] = self._try(lambda s: onboarding.start(s, desk, who).id)
        place = self.current[person]

        def consent(session: Session) -> None:
            for kind in ("terms", "biometric"):
                consents.give_consent(session, desk, who, place, kind, TERMS)

        self._try(consent)

    @rule(person=PEOPLE, kind=KINDS, again=st.booleans())
    def send(self, person: int, kind: str, again: bool) -> None:
        who, place, desk = self.people[person], self.current[person], self.house.desk
        asked = onboarding.BIOMETRIC.get(kind)
        drawn = asked and self._try(
            lambda s: onboarding.issue_challenge(s, desk, who, place, asked).id
        )
        self.sent += 0 if again else 1
        content = f"{kind} {self.sent}".encode()
        command = onboarding.SubmitEvidence(place, kind, content, drawn or None)
        for _ in range(1 + again):
            self._try(lambda s: onboarding.submit_evidence(s, desk, who, command))
        if asked:
            other = onboarding.SubmitEvidence(place, kind, content + b" other", drawn or None)
            taken = self._try(lambda s: onboarding.submit_evidence(s, desk, who, other))
            assert taken is None, "a challenge was answered twice"

    @rule(kind=KINDS)
    def answer_anothers_challenge(self, kind: str) -> None:
        asked, desk = onboarding.BIOMETRIC.get(kind, "face"), self.house.desk
        drawn = self._try(
            lambda s: onboarding.issue_challenge(s, desk, self.people[0], self.current[0], asked).id
        )
        slot = "face_video" if asked == "face" else "voice_clip"
        command = onboarding.SubmitEvidence(self.current[1], slot, b"stolen", drawn)
        taken = self._try(lambda s: onboarding.submit_evidence(s, desk, self.people[1], command))
        assert taken is None

    @rule()
    def claim(self) -> None:
        with self.house.database.transaction() as session:
            if claim := jobs.claim(session, 60):
                self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(found=FINDINGS, newest=st.booleans())
    def finish(self, found: str, newest: bool) -> None:
        self.finish_one(-1 if newest else 0, found)

    def finish_one(self, place: int, found: str) -> None:
        claim = self.claims.pop(place)
        finding = GOOD[claim.kind] if found == "good" else Finding((found,))
        with self.house.database.transaction() as session:
            if jobs.holds(session, claim):
                record_finding(session, self.house.desk, claim.subject_id, finding, {})
                jobs.finish(session, claim)

    @rule(found=FINDINGS)
    def work(self, found: str) -> None:
        """Claim and finish at once, as a worker does when nothing happens."""
        before = len(self.claims)
        self.claim()
        if len(self.claims) > before:
            self.finish_one(-1, found)

    @precondition(lambda self: self.claims)
    @rule()
    def die_in_the_middle(self) -> None:
        """The worker is gone; its lease runs out, and what it held may come back late."""
        with self.house.database.transaction() as session:
            job = session.get_one(jobs.Job, self.claims[0].job_id)
            if job.state == "running":
                job.lease_until = utc_now() - timedelta(seconds=1)

    @rule(person=PEOPLE)
    def withdraw(self, person: int) -> None:
        who, place = self.people[person], self.current[person]
        media = self.house.desk.media
        self._try(lambda s: consents.withdraw_consent(s, media, who, place, "biometric"))

    @rule(person=PEOPLE)
    def expire(self, person: int) -> None:
        with self.house.database.transaction() as session:
            session.get_one(Onboarding, self.current[person]).expires_at = utc_now()

    @invariant()
    def decided_once_and_on_everything(self) -> None:
        with self.house.database.reading() as session:
            decided = session.scalars(
                sa.select(AuditEvent.onboarding_id).where(AuditEvent.action == "onboarding.decided")
            )
            assert max(Counter(decided).values(), default=0) <= 1
            for row in session.scalars(sa.select(Onboarding)):
                held = onboarding.current_evidence(session, row.id)
                states = Counter(item.state for item in held)
                assert max(Counter(item.kind for item in held).values(), default=0) <= 1
                if row.decision in ("approved", "review") and row.decided_at:
                    assert {item.kind for item in held} == set(onboarding.EVIDENCE_KINDS)
                    assert not states["analysing"]
                if row.decision == "approved":
                    assert states == {"accepted": len(onboarding.EVIDENCE_KINDS)}

    @invariant()
    def evidence_answers_its_own_challenge_once(self) -> None:
        with self.house.database.reading() as session:
            rows = session.execute(
                sa.select(Evidence, Challenge).join(
                    Challenge, Challenge.id == Evidence.challenge_id
                )
            ).all()
            assert all(sent.onboarding_id == asked.onboarding_id for sent, asked in rows)
            assert len({asked.id for _, asked in rows}) == len(rows)
            checks = session.scalars(
                sa.select(Check.evidence_id).where(Check.evidence_id.is_not(None))
            )
            assert max(Counter(checks).values(), default=0) <= 1

    @invariant()
    def nothing_is_kept_of_a_withdrawn_face(self) -> None:
        with self.house.database.reading() as session:
            kept = session.scalars(
                sa.select(Evidence.onboarding_id)
                .join(Template, Template.evidence_id == Evidence.id)
                .where(Evidence.kind.in_(consents.BIOMETRIC_EVIDENCE))
            )
            for place in set(kept):
                consents.require_consent(session, place, consents.BIOMETRIC)

    def teardown(self) -> None:
        """Whatever happened, the queue runs empty and nobody is left being analysed."""
        if not hasattr(self, "house"):
            return
        with self.house.database.transaction() as session:
            for job in session.scalars(sa.select(jobs.Job).where(jobs.Job.state == "running")):
                job.lease_until = utc_now() - timedelta(seconds=1)
        while True:
            with self.house.database.transaction() as session:
                claim = jobs.claim(session, 60)
                if claim is None:
                    break
                poisoned = jobs.poisoned(session, claim)
                finding = Finding(("analysis_failed",)) if poisoned else GOOD[claim.kind]
                record_finding(session, self.house.desk, claim.subject_id, finding, {})
                jobs.finish(session, claim)
        with self.house.database.reading() as session:
            open_still = (
                sa.select(Evidence)
                .join(Onboarding)
                .where(Evidence.state == "analysing", Onboarding.state == "open")
            )
            assert session.scalars(open_still).all() == []
        self.house.database.dispose()
        self.folder.cleanup()


Onboardings.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOnboardings = Onboardings.TestCase
