"""Whoever speaks for an account reads digits aloud; the owner's voiceprint says if it is them.

Customer service asks a caller. The owner's own app asks for what a stolen phone must not do: take
the money of an offer, move the account to another number. Such a claim is spent once, and soon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import log
from kyc.analysis import Finding
from kyc.decision import APPROVED
from kyc.desk import Desk
from kyc.states import CALL, move
from kyc.tables import Applicant, Call, Evidence, Onboarding, Template
from storage import jobs
from storage.database import new_id, utc_now
from storage.failures import Conflict, NotFound, Refused, TooMany
from voiceprint.challenge import draw_digits

KIND = "call"
AHEAD = timedelta(hours=1)
VERIFIED, UNSURE, REJECTED = "verified", "unsure", "rejected"
CALLER, OFFER, PHONE = "caller", "offer", "phone"  # what a claim is made for


@dataclass(frozen=True)
class Asker:
    """Who asked for digits: a member of staff for a caller, or the owner for themself."""

    kind: str
    id: UUID

    @property
    def actor(self) -> log.Actor:
        return log.Actor(self.kind, str(self.id))


def by_staff(staff_id: UUID) -> Asker:
    return Asker("staff", staff_id)


def by_owner(applicant_id: UUID) -> Asker:
    return Asker("applicant", applicant_id)


class VoiceUnknown(Conflict):
    code = "voice_unknown"
    detail = (
        "该账户没有可用的声纹，请重新开户录入，或换其他方式核实。"
        "No voice to compare with: open the account anew to enrol it, or verify otherwise."
    )


class CallUnusable(Conflict):
    code = "call_unusable"
    detail = "验证已过期或已使用，请重新发起。Ask for new digits: these are used or expired."


class VoiceUnverified(Refused):
    code = "voice_unverified"
    detail = "请先朗读数字完成声纹验证。Read the digits aloud first: your voice confirms this."


class CallsUsed(TooMany):
    code = "calls_used"
    detail = "今日验证次数已用完，请换其他方式核实。Verify in another way today."


def ask(
    session: Session, desk: Desk, asker: Asker, applicant_id: UUID, purpose: str = CALLER
) -> Call:
    """Digits for whoever claims an account to read aloud: valid once, and soon over."""
    if session.get(Applicant, applicant_id, with_for_update=True) is None:
        raise NotFound
    if not {"voice", "digits"} <= _templates(session, applicant_id).keys():
        raise VoiceUnknown
    rules = desk.policy.voice
    today = sa.select(sa.func.count(Call.id)).where(
        Call.applicant_id == applicant_id,
        Call.purpose == purpose,
        Call.asked_at > utc_now() - timedelta(days=1),
    )
    if (session.scalar(today) or 0) >= rules.most_calls:
        raise CallsUsed
    call = Call(
        id=new_id(),
        applicant_id=applicant_id,
        asker_kind=asker.kind,
        asker_id=asker.id,
        purpose=purpose,
        digits=draw_digits(rules.second_reading),
        expires_at=utc_now() + timedelta(seconds=rules.call_s),
    )
    session.add(call)
    _note(session, "voice.asked", call)
    return call


def submit_call(
    session: Session, desk: Desk, asker: Asker, applicant_id: UUID, call_id: UUID, content: bytes
) -> Call:
    """Seal what was said and queue its analysis. A recording sent before is rejected."""
    call = own_call(session, asker, applicant_id, call_id, lock=True)
    if call.state != "asked" or call.expires_at <= utc_now():
        raise CallUnusable
    call.content_blind = desk.fingerprint(content)
    if _sent_before(session, call):
        _end(session, call, REJECTED, ["recording_reused"])
        return call
    applicant = session.get_one(Applicant, applicant_id)
    desk.media.put_with(session, call.id, desk.seal(applicant, content, f"media:{call.id}"))
    move(call, "analysing", CALL)
    session.flush()
    # A caller holds the line, an owner who confirms has long been let in: before all others.
    jobs.enqueue(session, KIND, call.id, since=call.asked_at - AHEAD)
    _note(session, "voice.recorded", call)
    return call


def own_call(
    session: Session, asker: Asker, applicant_id: UUID, call_id: UUID, *, lock: bool = False
) -> Call:
    """A claim that this asker asked digits for; another's is as absent as none."""
    call = session.get(Call, call_id, with_for_update=lock)
    if call is None or call.applicant_id != applicant_id:
        raise NotFound
    if Asker(call.asker_kind, call.asker_id) != asker:
        raise NotFound
    return call


def spend(
    session: Session, desk: Desk, applicant_id: UUID, call_id: UUID | None, purpose: str
) -> None:
    """Use up the owner's verified claim for `purpose`. Raises `VoiceUnverified`.

    Somebody without a voiceprint is refused too: withdrawing consent must not open this lock.
    """
    call = session.get(Call, call_id, with_for_update=True) if call_id else None
    since = utc_now() - timedelta(seconds=desk.policy.voice.verified_s)
    if (
        call is None
        or Asker(call.asker_kind, call.asker_id) != by_owner(applicant_id)
        or (call.purpose, call.state) != (purpose, VERIFIED)
        or call.used_at is not None
        or call.done_at is None
        or call.done_at < since
    ):
        raise VoiceUnverified
    call.used_at = utc_now()
    _note(session, "voice.spent", call)


def brief(session: Session, desk: Desk, call_id: UUID) -> tuple[bytes, dict[str, Any]]:
    """What the analysis of a call needs: the recording, the digits, the owner's templates."""
    call = session.get_one(Call, call_id)
    applicant = session.get_one(Applicant, call.applicant_id)
    asked: dict[str, Any] = {"digits": call.digits}
    for kind, template in _templates(session, applicant.id).items():
        binding = f"template:{kind}:{template.evidence_id}"
        asked[f"{kind}_template"] = desk.open(applicant, template.sealed, binding)
    return desk.read_media(applicant, call.id), asked


def record_call(
    session: Session, call_id: UUID, finding: Finding, models: Mapping[str, str]
) -> None:
    """Keep how a call ended, once. What could not be analysed is for the agent to judge."""
    call = session.get_one(Call, call_id, with_for_update=True)
    if call.state != "analysing":
        return
    call.measurements, call.models = dict(finding.measurements), dict(models)
    _end(session, call, str(finding.measurements.get("outcome", UNSURE)), list(finding.reasons))


def _end(session: Session, call: Call, state: str, reasons: list[str]) -> None:
    move(call, state, CALL)
    call.reasons, call.done_at = reasons, utc_now()
    _note(session, "voice.judged", call, state=state, reasons=reasons)


def _sent_before(session: Session, call: Call) -> bool:
    """Whether the same bytes came as evidence or in another call."""
    in_calls = sa.select(Call.id).where(
        Call.content_blind == call.content_blind, Call.id != call.id
    )
    in_evidence = sa.select(Evidence.id).where(Evidence.content_blind == call.content_blind)
    return any(session.scalar(query.limit(1)) is not None for query in (in_calls, in_evidence))


def _templates(session: Session, applicant_id: UUID) -> dict[str, Template]:
    """The voice and digits of the newest approved onboarding."""
    query = (
        sa.select(Template)
        .join(Evidence, Evidence.id == Template.evidence_id)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(
            Onboarding.applicant_id == applicant_id,
            Onboarding.decision == APPROVED,
            Evidence.kind == "voice_clip",
            Evidence.state == "accepted",
        )
        .order_by(Onboarding.decided_at)
    )
    return {template.kind: template for template in session.scalars(query)}


def _note(session: Session, action: str, call: Call, **data: Any) -> None:
    actor = Asker(call.asker_kind, call.asker_id).actor
    data |= {"applicant": str(call.applicant_id), "purpose": call.purpose}
    log.record(session, actor, action, call.id, **data)
