"""A finding is recorded; when it was the last one, the onboarding is decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from core.reasons import Reason
from kyc.analysis.findings import Finding
from kyc.analysis.manifest import ModelManifest
from kyc.approvals import APPROVALS
from kyc.decision.account_name import keep_name
from kyc.decision.checks import Answer, reasons_of, record_check
from kyc.decision.cross_checks import cross_check, open_case
from kyc.decision.decide import decide, effect_of, evidence_state
from kyc.decision.models import Check, CrossCheck
from kyc.decision.takes import TakenTogether, keep_merged, take_together
from kyc.evidence.consent import has_consent
from kyc.evidence.models import Evidence, IssuedChallenge
from kyc.evidence.repository import current_evidence, seal_facts, store_template
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.evidence.types import ID_CARD_FRONT, LICENCE, TYPES
from kyc.onboarding.models import Onboarding
from kyc.onboarding.required import required_kinds
from kyc.onboarding.states import DECISION, ONBOARDING, Decision, OnboardingState
from kyc.policy import Effect, EffectsPolicy, OnboardingPolicy
from kyc.risk.holders import lock_person
from ocr.document_types import CREDIT_CODE, ID_NUMBER
from privacy.consents import is_consented
from privacy.kinds import ConsentKind
from storage.blind_index import LAST_DIGITS, Indexed
from storage.context import Context
from storage.keyring import SealBroken

log = structlog.get_logger()


def record_finding(context: Context, evidence_id: UUID, finding: Finding) -> None:
    """Keep a finding as a check, with its facts and templates sealed, and decide if it is time.

    Evidence that was replaced meanwhile, whose consent was withdrawn, and an onboarding that is
    over, stay as they are.
    """
    evidence = context.session.get_one(Evidence, evidence_id)
    onboarding = context.session.get_one(Onboarding, evidence.onboarding_id, with_for_update=True)
    if evidence.state != EvidenceState.ANALYSING or onboarding.state != OnboardingState.OPEN:
        return
    if not has_consent(context, evidence):
        return
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    together = take_together(context, owner, evidence, finding)
    reasons = [*together.reasons, *_history_reasons(context, evidence, together.reasons)]
    state = evidence_state(context.rules(EffectsPolicy).effects, reasons)
    EVIDENCE.move(evidence, state)
    _give_draw_back(context, evidence, reasons)
    _keep(context, owner, evidence, finding, together)
    if state is not EvidenceState.RETRY:
        _index(context, onboarding, evidence.kind, together.facts)
    answer = Answer(
        kind=evidence.kind,
        reasons=reasons,
        measurements=together.measurements,
        models=context.resource(ModelManifest).of(TYPES.of(evidence.kind).models),
        seconds=finding.seconds,
        evidence_id=evidence.id,
    )
    record_check(context, onboarding, answer)
    conclude(context, onboarding, owner)


def _history_reasons(
    context: Context, evidence: Evidence, reasons: Sequence[Reason]
) -> list[Reason]:
    """Reasons that no single file shows: a recording sent before, too many attempts.

    Attempts that failed by a file or a camera decline nobody: with them, a person looks.
    """
    kind, found = TYPES.of(evidence.kind), []
    if kind.recording and _sent_before(context, evidence):
        found.append(Reason.VIDEO_REUSED)
    effects = context.rules(EffectsPolicy).effects
    if all(effect_of(effects, reason) is not Effect.RETRY for reason in reasons):
        return found
    rules = context.rules(OnboardingPolicy)
    tries = [*_reasons_of_tries(context, evidence), reasons]
    if len(tries) >= rules.attempts[evidence.kind]:
        judged = [one for one in tries if rules.technical.isdisjoint(one)]
        used_up = len(judged) >= rules.attempts[evidence.kind]
        found.append(kind.attempts_used if used_up else Reason.ATTEMPTS_USED)
    return found


def _give_draw_back(context: Context, evidence: Evidence, reasons: Sequence[Reason]) -> None:
    """A challenge whose answer went back for a fault of its file or of a camera was not refused."""
    technical = context.rules(OnboardingPolicy).technical
    lost = evidence.state is EvidenceState.RETRY and not technical.isdisjoint(reasons)
    if lost and evidence.challenge_id is not None:
        challenge = context.session.get_one(IssuedChallenge, evidence.challenge_id)
        challenge.lost_at = context.now()


def _reasons_of_tries(context: Context, evidence: Evidence) -> list[list[str]]:
    """Why each earlier try for the same slot was sent back."""
    tries = (
        sa.select(Check.reasons)
        .join(Evidence, Evidence.id == Check.evidence_id)
        .where(
            Evidence.onboarding_id == evidence.onboarding_id,
            Evidence.kind == evidence.kind,
            Evidence.state == EvidenceState.RETRY,
        )
    )
    return list(context.session.scalars(tries))


def _sent_before(context: Context, evidence: Evidence) -> bool:
    same = sa.select(Evidence.id).where(
        Evidence.content_blind == evidence.content_blind,
        Evidence.id != evidence.id,
        Evidence.size > 0,  # of before empty files were refused: they are all alike
    )
    return context.session.scalar(same.limit(1)) is not None


def _keep(
    context: Context,
    owner: Applicant,
    evidence: Evidence,
    finding: Finding,
    together: TakenTogether,
) -> None:
    if finding.facts:
        seal_facts(context, owner, evidence, finding.facts)
    biometric = is_consented(context, evidence.onboarding_id, ConsentKind.BIOMETRIC)
    if biometric:
        for kind, packed in finding.templates.items():
            store_template(context, owner, evidence, kind, packed)
    keep_merged(context, owner, evidence, together, biometric=biometric)


def conclude(context: Context, onboarding: Onboarding, owner: Applicant) -> None:
    """Decide, once every slot holds analysed evidence, or at once when one is declined.

    What is past its time is not decided: it expires.
    """
    if onboarding.expires_at <= context.now():
        return
    current = current_evidence(context, onboarding.id)
    declined = any(evidence.state == EvidenceState.DECLINED for evidence in current.values())
    pending = _pending(required_kinds(context, onboarding), current)
    if pending and not declined:
        return
    if not pending:
        _compare(context, onboarding, owner, current)
    _decide(context, onboarding, owner)


def _compare(
    context: Context, onboarding: Onboarding, owner: Applicant, current: Mapping[str, Evidence]
) -> None:
    """Ask what lies across the evidence; where it no longer opens, a person looks."""
    try:
        case = open_case(context, onboarding, owner, current)
    except SealBroken:
        log.exception("evidence does not open", onboarding=str(onboarding.id))
        record(
            context,
            Action.EVIDENCE_DAMAGED,
            onboarding.id,
            onboarding_id=onboarding.id,
            applicant_id=owner.id,
            what=SealBroken.__name__,
        )
        failed = Answer(CrossCheck.IDENTITY, [Reason.FILE_DAMAGED])
        record_check(context, onboarding, failed)
        return
    record(
        context,
        Action.FACTS_UNSEALED,
        onboarding.id,
        onboarding_id=onboarding.id,
        applicant_id=owner.id,
        purpose="decision",
    )
    context.session.refresh(owner, with_for_update=True)  # two onboardings of an account
    lock_person(context, onboarding.number_blind, onboarding.code_blind)
    for answer in cross_check(context, case):
        record_check(context, onboarding, answer)


def _pending(required: Collection[str], current: Mapping[str, Evidence]) -> bool:
    """Whether something has to be sent yet, or is being analysed: also what is not required."""
    analysing = any(one.state == EvidenceState.ANALYSING for one in current.values())
    return analysing or any(kind not in current for kind in required)


def _index(context: Context, onboarding: Onboarding, kind: str, facts: Mapping[str, str]) -> None:
    """Make number and code findable at once: from here on others who show the same are known.

    What the newest photo does not show, nor one that completes it, is forgotten.
    """
    if kind == ID_CARD_FRONT.kind:
        number = facts.get(ID_NUMBER, "")
        onboarding.number_blind = _blind(context, Indexed.IDENTITY_NUMBER, number)
        onboarding.number_end_blind = _blind(context, Indexed.NUMBER_END, number[-LAST_DIGITS:])
    if kind == LICENCE.kind:
        code = facts.get(CREDIT_CODE, "")
        onboarding.code_blind = _blind(context, Indexed.CREDIT_CODE, code)


def _blind(context: Context, what: Indexed, value: str) -> str | None:
    return context.blind_index.of(what, value) if value else None


def _decide(context: Context, onboarding: Onboarding, owner: Applicant) -> None:
    if not _is_consented(context, onboarding):
        return  # what was agreed to before is not decided on now
    reasons = reasons_of(context, onboarding.id, context.rules(OnboardingPolicy).lasting)
    decision = decide(context.rules(EffectsPolicy).effects, reasons)
    DECISION.begin(onboarding, decision)
    ONBOARDING.move(onboarding, OnboardingState.DECIDED)
    onboarding.automatic = decision
    onboarding.reasons = reasons
    onboarding.policy_version = context.policy.version
    onboarding.decided_at = context.now()
    record(
        context,
        Action.ONBOARDING_DECIDED,
        onboarding.id,
        onboarding_id=onboarding.id,
        applicant_id=onboarding.applicant_id,
        decision=decision,
        reasons=reasons,
        policy=context.policy.version,
    )
    if decision is Decision.APPROVED:
        keep_name(context, onboarding, owner)
        APPROVALS.tell(context, owner.id)


def _is_consented(context: Context, onboarding: Onboarding) -> bool:
    """Whether every consent is in force that the evidence in the slots was sent under."""
    needed = {TYPES.of(kind).consent for kind in current_evidence(context, onboarding.id)}
    return all(is_consented(context, onboarding.id, consent) for consent in needed)
