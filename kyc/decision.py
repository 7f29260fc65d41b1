"""From findings to a decision: record what was found, cross-check, decide by the policy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import log
from kyc.analysis import Finding
from kyc.desk import Desk
from kyc.face.embedding import FaceTemplate, compare
from kyc.known_faces import faces_of_others
from kyc.onboarding import current_evidence
from kyc.policy import Effect
from kyc.states import EVIDENCE, ONBOARDING, move
from kyc.tables import Applicant, Check, Evidence, Listed, Onboarding, Template
from kyc.velocity import velocity_reasons
from ocr.extraction.regions import province_of_place
from ocr.identifiers import read_identity_number
from storage.database import new_id, utc_now

Facts = Mapping[str, str]
APPROVED, REVIEW, DECLINED = "approved", "review", "declined"
SHOWN = 5  # onboardings with the same face, to a reviewer


def record_finding(
    session: Session, desk: Desk, evidence_id: UUID, finding: Finding, models: Mapping[str, str]
) -> None:
    """Keep a finding as a check, with its facts and templates sealed, and decide if it is time."""
    evidence = session.get_one(Evidence, evidence_id)
    onboarding = session.get_one(Onboarding, evidence.onboarding_id, with_for_update=True)
    if evidence.state != "analysing" or onboarding.state != "open":
        return
    applicant = session.get_one(Applicant, onboarding.applicant_id)
    reasons = [*finding.reasons, *_history(session, desk, evidence, finding.reasons)]
    move(evidence, _evidence_state(desk, reasons), EVIDENCE)
    _keep(session, desk, applicant, evidence, finding)
    if evidence.kind == "id_card_front" and evidence.state != "retry":
        _index_number(desk, onboarding, finding.facts)  # now: its failures count from here on
    _add_check(
        session, desk, onboarding, evidence.kind, reasons, dict(finding.measurements),
        evidence_id=evidence.id, models=models, seconds=finding.seconds,
    )  # fmt: skip
    conclude(session, desk, onboarding, applicant)


def conclude(session: Session, desk: Desk, onboarding: Onboarding, applicant: Applicant) -> None:
    """Decide, once every slot holds evidence that was analysed, or at once when one is declined."""
    current = {evidence.kind: evidence for evidence in current_evidence(session, onboarding.id)}
    declined = any(evidence.state == DECLINED for evidence in current.values())
    pending = [
        kind
        for kind in desk.policy.onboarding.required
        if kind not in current or current[kind].state == "analysing"
    ]
    if pending and not declined:
        return
    if not pending:
        _cross_check(session, desk, onboarding, applicant, current)
    _decide(session, desk, onboarding, reasons_of(session, onboarding.id))


def reasons_of(session: Session, onboarding_id: UUID) -> list[str]:
    """What the checks of the evidence in force, and those across them, have against it."""
    in_force = {evidence.id for evidence in current_evidence(session, onboarding_id)}
    checks = session.scalars(sa.select(Check).where(Check.onboarding_id == onboarding_id))
    reasons = [
        reason
        for check in checks
        if check.evidence_id is None or check.evidence_id in in_force
        for reason in check.reasons
    ]
    return list(dict.fromkeys(reasons))


def answer(effects: Mapping[str, Effect], reasons: Sequence[str]) -> str:
    """A policy's answer to a set of reasons; what it does not know is looked at by a person."""
    found = {effects.get(reason, "review") for reason in reasons}
    if "decline" in found:
        return DECLINED
    return REVIEW if found else APPROVED


def open_facts(desk: Desk, applicant: Applicant, evidence: Evidence) -> dict[str, str]:
    """What a document said, unsealed."""
    if evidence.facts is None:
        return {}
    opened = desk.open(applicant, evidence.facts, f"evidence.facts:{evidence.id}")
    facts: dict[str, str] = json.loads(opened)
    return facts


def _history(session: Session, desk: Desk, evidence: Evidence, reasons: Sequence[str]) -> list[str]:
    """Reasons that no single file shows: a recording sent before, too many attempts."""
    found = []
    if evidence.kind in {"face_video", "voice_clip"}:
        same = sa.select(Evidence.id).where(
            Evidence.content_blind == evidence.content_blind, Evidence.id != evidence.id
        )
        if session.scalar(same.limit(1)) is not None:
            found.append("video_reused")
    if all(desk.policy.effect(reason) != "retry" for reason in reasons):
        return found
    attempts = sa.select(sa.func.count()).where(
        Evidence.onboarding_id == evidence.onboarding_id,
        Evidence.kind == evidence.kind,
        Evidence.state == "retry",
    )
    used = (session.scalar(attempts) or 0) + 1
    if used >= desk.policy.onboarding.attempts[evidence.kind]:
        face = evidence.kind == "face_video"
        found.append("liveness_attempts_used" if face else "attempts_used")
    return found


def _evidence_state(desk: Desk, reasons: Sequence[str]) -> str:
    effects = {desk.policy.effect(reason) for reason in reasons}
    if "decline" in effects:
        return DECLINED
    if "attempts_used" in reasons:
        return REVIEW
    if "retry" in effects:
        return "retry"
    return REVIEW if effects else "accepted"


def _keep(
    session: Session, desk: Desk, applicant: Applicant, evidence: Evidence, finding: Finding
) -> None:
    if finding.facts:
        plain = json.dumps(dict(finding.facts), ensure_ascii=False).encode()
        evidence.facts = desk.seal(applicant, plain, f"evidence.facts:{evidence.id}")
    for kind, packed in finding.templates.items():
        sealed = desk.seal(applicant, packed, f"template:{kind}:{evidence.id}")
        session.add(Template(evidence_id=evidence.id, kind=kind, sealed=sealed))


def _add_check(
    session: Session,
    desk: Desk,
    onboarding: Onboarding,
    kind: str,
    reasons: Sequence[str],
    measurements: dict[str, object],
    *,
    evidence_id: UUID | None = None,
    models: Mapping[str, str] | None = None,
    seconds: float = 0.0,
) -> None:
    unsure = all(desk.policy.effect(reason) == "review" for reason in reasons)
    check = Check(
        id=new_id(),
        onboarding_id=onboarding.id,
        evidence_id=evidence_id,
        kind=kind,
        outcome="passed" if not reasons else "unsure" if unsure else "failed",
        reasons=list(reasons),
        measurements=measurements,
        models=dict(models or {}),
        duration_ms=round(seconds * 1000),
    )
    session.add(check)
    log.record(
        session,
        log.SYSTEM,
        "check.recorded",
        check.id,
        onboarding_id=onboarding.id,
        kind=kind,
        outcome=check.outcome,
        reasons=check.reasons,
        policy=desk.policy.version,
    )


def _cross_check(
    session: Session,
    desk: Desk,
    onboarding: Onboarding,
    applicant: Applicant,
    current: Mapping[str, Evidence],
) -> None:
    card = open_facts(desk, applicant, current["id_card_front"])
    licence = open_facts(desk, applicant, current["licence"])
    _index(desk, onboarding, applicant, card, licence)
    face_reasons, measured = _face_match(session, desk, applicant, current)
    _add_check(session, desk, onboarding, "face_match", face_reasons, measured)
    known_reasons, seen = _face_known(session, desk, onboarding, applicant, current)
    _add_check(session, desk, onboarding, "face_known", known_reasons, seen)
    owner = [] if card.get("姓名") == licence.get("principal") else ["principal_differs"]
    _add_check(session, desk, onboarding, "owner_business", owner, {})
    back = open_facts(desk, applicant, current["id_card_back"])
    _add_check(session, desk, onboarding, "card_sides", _sides_reasons(card, back), {})
    identity = _identity_reasons(session, desk, onboarding, card)
    _add_check(session, desk, onboarding, "identity", identity, {})
    often, counts = velocity_reasons(session, onboarding, desk.policy.velocity)
    _add_check(session, desk, onboarding, "velocity", often, counts)


def _index(
    desk: Desk, onboarding: Onboarding, applicant: Applicant, card: Facts, licence: Facts
) -> None:
    _index_number(desk, onboarding, card)
    if code := licence.get("统一社会信用代码"):
        onboarding.code_blind = desk.vault.blind("credit_code", code)
    if name := card.get("姓名"):
        applicant.name = desk.seal(applicant, name.encode(), f"applicants.name:{applicant.id}")
        applicant.name_blind = desk.vault.blind("name", name)


def _index_number(desk: Desk, onboarding: Onboarding, card: Facts) -> None:
    if number := card.get("公民身份号码"):
        onboarding.number_blind = desk.vault.blind("id_number", number)


def _face_match(
    session: Session, desk: Desk, applicant: Applicant, current: Mapping[str, Evidence]
) -> tuple[list[str], dict[str, object]]:
    portrait = _template(session, desk, applicant, current["id_card_front"], "portrait")
    face = _template(session, desk, applicant, current["face_video"], "face")
    if portrait is None or face is None:
        return ["face_uncertain"], {}
    rules = desk.policy.face
    similarity = compare(portrait, face, rules.fusion)
    doubted = similarity.dlib > rules.most_second_distance
    measured: dict[str, object] = {
        "llr": round(similarity.log_likelihood_ratio, 2),
        "second_distance": round(similarity.dlib, 3),
    }
    if similarity.log_likelihood_ratio >= rules.match_llr and not doubted:
        return [], measured
    if similarity.log_likelihood_ratio >= rules.review_llr:
        return ["face_uncertain"], measured
    return ["face_mismatch"], measured


def _face_known(
    session: Session,
    desk: Desk,
    onboarding: Onboarding,
    applicant: Applicant,
    current: Mapping[str, Evidence],
) -> tuple[list[str], dict[str, object]]:
    face = _template(session, desk, applicant, current["face_video"], "face")
    if face is None:
        return [], {}  # the face match has told it
    others = faces_of_others(session, desk, onboarding, face)
    if not others:
        return [], {}
    shown = [{"onboarding": str(key), "llr": round(ratio, 2)} for key, ratio in others[:SHOWN]]
    return ["face_known"], {"others": shown, "count": len(others)}


def _template(
    session: Session, desk: Desk, applicant: Applicant, evidence: Evidence, kind: str
) -> FaceTemplate | None:
    row = session.get(Template, (evidence.id, kind))
    if row is None:
        return None
    packed = desk.open(applicant, row.sealed, f"template:{kind}:{evidence.id}")
    return FaceTemplate.unpacked(packed)


def _sides_reasons(front: Facts, back: Facts) -> list[str]:
    """An identity card is issued by the police of the address that it prints."""
    lives, issued = (
        province_of_place(text) for text in (front.get("住址", ""), back.get("签发机关", ""))
    )
    return ["authority_differs"] if lives and issued and lives != issued else []


def _identity_reasons(
    session: Session, desk: Desk, onboarding: Onboarding, card: Facts
) -> list[str]:
    reasons = []
    number = read_identity_number(card.get("公民身份号码", ""))
    if number is None or number.birth is None:
        reasons.append("incomplete")
    elif not (
        desk.policy.onboarding.least_age
        <= _age(number.birth, utc_now().date())
        <= desk.policy.onboarding.most_age
    ):
        reasons.append("age_outside_limits")
    for column, reason in (
        (Onboarding.number_blind, "identity_known"),
        (Onboarding.code_blind, "licence_known"),
    ):
        value = getattr(onboarding, column.key)
        others = sa.select(Onboarding.id).where(
            column == value,
            Onboarding.applicant_id != onboarding.applicant_id,
            Onboarding.decision == APPROVED,
        )
        if value and session.scalar(others.limit(1)) is not None:
            reasons.append(reason)
    values = (("id_number", onboarding.number_blind), ("credit_code", onboarding.code_blind))
    if any(value and session.get(Listed, (purpose, value)) for purpose, value in values):
        reasons.append("listed")
    return reasons


def _age(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _decide(session: Session, desk: Desk, onboarding: Onboarding, reasons: list[str]) -> None:
    onboarding.decision = onboarding.automatic = answer(desk.policy.effects, reasons)
    onboarding.reasons = reasons
    onboarding.policy_version = desk.policy.version
    move(onboarding, "decided", ONBOARDING)
    onboarding.decided_at = utc_now()
    log.record(
        session,
        log.SYSTEM,
        "onboarding.decided",
        onboarding.id,
        onboarding_id=onboarding.id,
        decision=onboarding.decision,
        reasons=reasons,
        policy=desk.policy.version,
    )
