"""People, onboardings, cases, offers in any state, each made by the use cases that make it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from access.applicants import SignIn, request_code, sign_in
from access.authentication import authenticate
from access.codes import CodeRequested
from access.models import Staff
from access.outbox import read_message
from access.policy import SignInPolicy
from access.proofs import Proof
from access.sessions import begin
from access.staff import AddStaff, add_staff
from access.tokens import access_token
from app.services import Services
from core.actors import ANONYMOUS, SYSTEM, Actor, Role, staff
from core.ids import new_id
from core.origin import Origin
from kyc.accounts.handover import UseHandover, make_handover, use_handover
from kyc.analysis.findings import VerificationFinding
from kyc.evidence.models import IssuedChallenge
from kyc.evidence.types import TYPES
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.consents import GiveConsent, give_consent
from kyc.onboarding.models import Onboarding
from kyc.onboarding.start import start_onboarding
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from kyc.verification.states import Means, VerificationPurpose
from kyc.verification.verify import (
    RequestVerification,
    SubmitRecording,
    request_verification,
    submit_recording,
)
from loans.codes import Role as DeclaredRole
from loans.credit.application import ApplicationView, Apply, apply_for_loan, own_application
from loans.credit.limits import StatedTrade
from loans.declaration.declare import Declare, declare
from loans.declaration.promise import promise
from loans.policy import LoanPolicy
from loans.terms.product import ProductCode
from privacy.kinds import ConsentKind
from privacy.policy import ConsentPolicy
from storage.context import Context
from tests.support.findings import KNOWN, OWNER, Findings
from tests.support.jobs import work_off
from tests.support.lending import FixedScorer, lend
from tests.support.policy import POLICY

PHONE = "13800000001"
PASSWORD = "seven lamps by the quiet harbour"
SESSION = timedelta(hours=1)
_contents: Iterator[int] = count()
_phones: Iterator[int] = count(10_000)


@dataclass(frozen=True)
class Applicant:
    """Somebody who is signed in, and the services that know them."""

    services: Services
    actor: Actor
    origin: Origin

    @property
    def id(self) -> UUID:
        """The account's id."""
        return self.actor.uuid

    def acting(self) -> AbstractContextManager[Context]:
        """A transaction of theirs."""
        return self.services.transaction(self.actor, self.origin)


def code_of(context: Context, asked: CodeRequested) -> str:
    """The code that a phone is about to be sent."""
    message = read_message(context, asked.message)
    assert message is not None
    return message.code


def proof_of(context: Context, device: str = "") -> Proof:
    """A proof of a device of this name, or of one that signs in for the first time."""
    until = int(context.now().timestamp()) + context.rules(SignInPolicy).proof_s
    return Proof(device or new_id().hex, new_id().hex, until)


def applicant(services: Services, phone: str = PHONE, device: str | None = None) -> Applicant:
    """Somebody who signs in with the code that their phone was sent, on a new device."""
    with services.transaction(ANONYMOUS) as context:
        asked = request_code(context, phone)
        code = code_of(context, asked)
    with services.transaction(ANONYMOUS) as context:
        tokens = sign_in(context, SignIn(asked.attempt, phone, code, proof_of(context), device))
        caller = authenticate(context, f"Bearer {tokens.access}")
    return Applicant(services, caller.actor, Origin(session_id=caller.session.id))


def handed_over(owner: Applicant, onboarding: UUID, device: str = "") -> Applicant:
    """The owner on another device, new or of this name, to which the onboarding was handed."""
    with owner.acting() as context:
        made = make_handover(context, onboarding)
    with owner.services.transaction(ANONYMOUS) as context:
        proof = proof_of(context, device)
        handed = use_handover(context, UseHandover(made.token, proof))
        caller = authenticate(context, f"Bearer {handed.tokens.access}")
    origin = Origin(session_id=caller.session.id, device=proof.thumbprint)
    return Applicant(owner.services, caller.actor, origin)


def staff_member(services: Services, role: Role) -> Actor:
    """A member of staff in a role, with an account of their own."""
    with services.transaction(SYSTEM) as context:
        name = f"{role} {new_id().hex}"
        add_staff(context, AddStaff(name, role, PASSWORD))
        row = context.session.query(Staff).where(Staff.name == name).one()
    return staff(row.id, role)


def authorization_of(
    services: Services,
    holder: Actor,
    device_key: str | None = None,
    *,
    proven: bool = False,
    confined_to: UUID | None = None,
) -> str:
    """An `Authorization` header of a new session, of somebody who exists.

    `proven`: a member of staff who has just proven the second factor again. `confined_to`: the one
    onboarding that an applicant's session is for.
    """
    with services.transaction(holder) as context:
        session = begin(context, holder, context.now() + SESSION, device_key, confined_to)
        session.stepped_up_at = context.now() if proven else None
        return f"Bearer {access_token(context, session)}"


def stepped_up(services: Services, holder: Actor) -> Origin:
    """Where a member of staff calls from who has just proven the second factor."""
    with services.transaction(holder) as context:
        session = begin(context, holder, context.now() + SESSION)
        session.stepped_up_at = context.now()
        return Origin(session_id=session.id)


def somebody(services: Services, role: Role) -> Actor:
    """Somebody new in a role, an applicant among them."""
    if role is Role.APPLICANT:
        return applicant(services, f"139{next(_phones):08d}").actor
    return staff_member(services, role)


def started(owner: Applicant, *consents: ConsentKind) -> UUID:
    """An open onboarding, consented to (to all unless some are named)."""
    with owner.acting() as context:
        onboarding = start_onboarding(context).id
        for kind in consents or tuple(ConsentKind):
            version = context.rules(ConsentPolicy).versions[kind]
            give_consent(context, GiveConsent(onboarding, kind, version))
    return onboarding


def submitted(owner: Applicant, onboarding: UUID, kind: str, content: bytes | None = None) -> UUID:
    """A piece of evidence that waits for its analysis; a challenge is drawn where it needs one."""
    asked = TYPES.of(kind).challenge
    drawn: IssuedChallenge | None = None
    if asked is not None:
        with owner.acting() as context:
            drawn = issue_challenge(context, onboarding, asked)
    sent = content if content is not None else f"{kind} {next(_contents)}".encode()
    with owner.acting() as context:
        command = SubmitEvidence(onboarding, kind, sent, drawn.id if drawn else None)
        return submit_evidence(context, command).id


def complete(owner: Applicant) -> UUID:
    """An onboarding for which everything was sent and nothing analysed."""
    onboarding = started(owner)
    for kind in owner.services.parts.policy.section(OnboardingPolicy).required:
        submitted(owner, onboarding, kind)
    return onboarding


def onboarded(owner: Applicant, findings: Findings | None = None) -> Onboarding:
    """An onboarding that was decided on these findings, or on those of `OWNER`."""
    onboarding = complete(owner)
    work_off(owner.services, findings if findings is not None else OWNER.findings())
    return reread(owner.services, onboarding)


def reread(services: Services, onboarding: UUID) -> Onboarding:
    """An onboarding as it stands now."""
    with services.reading() as context:
        return context.session.get_one(Onboarding, onboarding)


def offered(owner: Applicant) -> ApplicationView:
    """An approved owner's application, with the offers that it was given."""
    onboarded(owner)
    return decided(owner, declared(owner))


def need(**changed: Any) -> Declare:
    """A declaration that nothing speaks against, but for what is changed of it."""
    policy = POLICY.section(LoanPolicy)
    text = promise(policy.declared.promise, "zh")
    usual = Declare(
        occupation="10600",
        role=DeclaredRole.OWNER,
        industry="62",
        purpose="stock_of_goods",
        amount_fen=5_000_000,
        tenor_months=12,
        promise_version=text.version,
        promise_sha256=text.sha256,
    )
    return replace(usual, **changed)


def declared(owner: Applicant, **changed: Any) -> UUID:
    """A declaration of an approved owner."""
    with owner.acting() as context:
        return declare(context, need(**changed)).id


def applied(
    owner: Applicant,
    declaration: UUID,
    amount_fen: int = 5_000_000,
    tenor_months: int = 12,
    stated: StatedTrade | None = None,
    product: ProductCode | None = None,
) -> UUID:
    """An application of an approved owner, received."""
    command = Apply(declaration, amount_fen, tenor_months, product=product, stated=stated)
    with owner.acting() as context:
        return apply_for_loan(context, command).application.id


def decided(
    owner: Applicant, declaration: UUID, scorer: FixedScorer | None = None, **terms: Any
) -> ApplicationView:
    """An application of an approved owner, as the jobs of lending leave it."""
    application = applied(owner, declaration, **terms)
    lend(owner.services, scorer)
    return seen(owner, application)


def seen(owner: Applicant, application: UUID) -> ApplicationView:
    """An application as its owner sees it."""
    with owner.acting() as context:
        return own_application(context, application)


def confirmed(
    owner: Applicant,
    purpose: VerificationPurpose,
    finding: VerificationFinding = KNOWN,
    means: Means = Means.VOICE,
) -> UUID:
    """A verification that an owner asked for and that ended with a finding."""
    with owner.acting() as context:
        command = RequestVerification(owner.id, purpose, means)
        asked = request_verification(context, command).id
    with owner.acting() as context:
        content = f"recording {next(_contents)}".encode()
        submit_recording(context, SubmitRecording(owner.id, asked, content))
    work_off(owner.services, verification=finding)
    return asked
