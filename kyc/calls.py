"""Who calls? Customer service asks for digits; the owner's voiceprint says whether it is them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import log
from kyc.analysis import Finding
from kyc.decision import APPROVED
from kyc.desk import Desk
from kyc.liveness.challenge import draw_digits
from kyc.states import CALL, move
from kyc.tables import Applicant, Call, Evidence, Onboarding, Template
from storage import jobs
from storage.database import new_id, utc_now
from storage.failures import Conflict, NotFound, TooMany

KIND = "call"
AHEAD = timedelta(hours=1)
UNSURE, REJECTED = "unsure", "rejected"


class VoiceUnknown(Conflict):
    code = "voice_unknown"
    detail = "该账户没有可用的声纹。There is no voice to compare with: verify the caller otherwise."


class CallUnusable(Conflict):
    code = "call_unusable"
    detail = "验证已过期或已使用，请重新发起。Ask for new digits: these are used or expired."


class CallsUsed(TooMany):
    code = "calls_used"
    detail = "今日验证次数已用完，请换其他方式核实。Verify this caller in another way today."


def ask_caller(session: Session, desk: Desk, staff_id: UUID, applicant_id: UUID) -> Call:
    """Digits for a caller who claims an account to read aloud: valid once, and soon over."""
    if session.get(Applicant, applicant_id, with_for_update=True) is None:
        raise NotFound
    if not {"voice", "digits"} <= _templates(session, applicant_id).keys():
        raise VoiceUnknown
    rules = desk.policy.voice
    today = sa.select(sa.func.count(Call.id)).where(
        Call.applicant_id == applicant_id, Call.asked_at > utc_now() - timedelta(days=1)
    )
    if (session.scalar(today) or 0) >= rules.most_calls:
        raise CallsUsed
    call = Call(
        id=new_id(),
        applicant_id=applicant_id,
        staff_id=staff_id,
        digits=draw_digits(rules.second_reading),
        expires_at=utc_now() + timedelta(seconds=rules.call_s),
    )
    session.add(call)
    _note(session, staff_id, "caller.asked", call)
    return call


def submit_call(
    session: Session, desk: Desk, staff_id: UUID, applicant_id: UUID, call_id: UUID, content: bytes
) -> Call:
    """Seal what the caller said and queue its analysis. A recording sent before is rejected."""
    call = own_call(session, staff_id, applicant_id, call_id, lock=True)
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
    # A caller holds the line: before everybody who looks at a screen.
    jobs.enqueue(session, KIND, call.id, since=call.asked_at - AHEAD)
    _note(session, staff_id, "caller.recorded", call)
    return call


def own_call(
    session: Session, staff_id: UUID, applicant_id: UUID, call_id: UUID, *, lock: bool = False
) -> Call:
    """A call that this member of staff asked for; another's is as absent as none."""
    call = session.get(Call, call_id, with_for_update=lock)
    if call is None or call.applicant_id != applicant_id or call.staff_id != staff_id:
        raise NotFound
    return call


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
    _note(session, call.staff_id, "caller.judged", call, state=state, reasons=reasons)


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


def _note(session: Session, staff_id: UUID, action: str, call: Call, **data: Any) -> None:
    actor = log.Actor("staff", str(staff_id))
    log.record(session, actor, action, call.id, applicant=str(call.applicant_id), **data)
