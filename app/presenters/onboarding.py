"""How onboardings and claims look from outside: what to do next, and never a score."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import request
from kyc.services import own_onboarding
from sqlalchemy.orm import Session

from app.schemas import CallView, EvidenceView, OnboardingView
from app.services import House
from kyc.onboarding.models import Call, Check, Evidence, Onboarding
from kyc.policy import Policy
from kyc.verification.voice import Asker, own_call

SOONEST_S, LATEST_S, SLOWER = 0.05, 0.8, 1.3  # between two looks at what is being waited for

# Made once: everybody who waits asks them again and again.
_WANTED = sa.bindparam("onboarding", type_=sa.Uuid)
_SHOWN = (
    sa.select(Evidence, Check.reasons)
    .outerjoin(Check, Check.evidence_id == Evidence.id)
    .where(Evidence.onboarding_id == _WANTED, Evidence.state != "superseded")
    .order_by(Evidence.submitted_at)
)
_ANALYSING = sa.exists().where(
    Evidence.onboarding_id == Onboarding.id, Evidence.state == "analysing"
)
_AT_REST = sa.select(sa.or_(Onboarding.state != "open", ~_ANALYSING)).where(
    Onboarding.id == _WANTED
)


def onboarding(session: Session, policy: Policy, row: Onboarding) -> OnboardingView:
    shown = session.execute(_SHOWN, {"onboarding": row.id})
    latest = {item.kind: (item, reasons or []) for item, reasons in shown}
    filled = {kind for kind, (item, _) in latest.items() if item.state != "retry"}
    return OnboardingView(
        id=row.id,
        state=row.state,
        decision=row.decision,
        reasons=_told(row.reasons or []),
        advice=advice(row.reasons or []),
        evidence=[_evidence(item, reasons) for item, reasons in latest.values()],
        missing=[kind for kind in policy.onboarding.required if kind not in filled],
        started_at=row.started_at,
        decided_at=row.decided_at,
    )


def awaited_evidence(
    house: House, applicant_id: UUID, evidence_id: UUID, seconds: float
) -> OnboardingView:
    """The onboarding once this evidence was analysed, or as it stands after `seconds`."""
    for last in looks(seconds):
        with house.database.reading() as session:
            evidence = session.get_one(Evidence, evidence_id)
            if last or evidence.state != "analysing":
                break
    with house.database.reading() as session:
        row = own_onboarding(session, applicant_id, evidence.onboarding_id)
        return onboarding(session, house.desk.policy, row)


def awaited_onboarding(
    house: House, applicant_id: UUID, onboarding_id: UUID, seconds: float
) -> OnboardingView:
    """The onboarding once nothing of it is being analysed, or as it stands after `seconds`."""
    with house.database.reading() as session:
        own_onboarding(session, applicant_id, onboarding_id)  # before anybody is let wait for it
    for last in looks(seconds):
        if last or _is_at_rest(house, onboarding_id):
            break
    with house.database.reading() as session:
        row = own_onboarding(session, applicant_id, onboarding_id)
        return onboarding(session, house.desk.policy, row)


def awaited_call(house: House, asker: Asker, applicant_id: UUID, call_id: UUID) -> CallView:
    """The claim once it is judged, or as it stands after what `Prefer: wait` allows."""
    for last in looks(preferred_wait(house.desk.policy.onboarding.wait_longest_s)):
        with house.database.reading() as session:
            row = own_call(session, asker, applicant_id, call_id)
            if last or row.state != "analysing":
                break
    return call(row)


def call(row: Call) -> CallView:
    return CallView(
        id=row.id,
        digits=row.digits,
        state=row.state,
        advice=advice(row.reasons or []),
        expires_at=row.expires_at,
    )


def looks(seconds: float) -> Iterator[bool]:
    """Moments to look, ever less often so that many who wait cost little; True at the last."""
    until, pause = time.monotonic() + seconds, SOONEST_S
    while time.monotonic() < until:
        yield False
        time.sleep(max(0.0, min(pause, until - time.monotonic())))
        pause = min(pause * SLOWER, LATEST_S)
    yield True


def _is_at_rest(house: House, onboarding_id: UUID) -> bool:
    with house.database.reading() as session:
        return bool(session.scalar(_AT_REST, {"onboarding": onboarding_id}))


def preferred_wait(longest: float) -> float:
    """Seconds of `Prefer: wait=N` (RFC 7240), at most `longest`."""
    for part in request.headers.get("Prefer", "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "wait" and value.isdigit():
            return min(float(value), longest)
    return 0.0


def advice(reasons: Iterable[str]) -> list[str]:
    """A sentence a reason, each once."""
    words = _sentences()
    return list(dict.fromkeys(words.get(reason, words["other"]) for reason in reasons))


def _told(reasons: Iterable[str]) -> list[str]:
    """Reasons that a person may know. Who else is known to us, or listed, is not among them."""
    words = _sentences()
    return list(dict.fromkeys(reason if reason in words else "other" for reason in reasons))


@cache
def _sentences() -> dict[str, str]:
    content = Path(__file__).parent.parent.joinpath("reasons.toml").read_text("utf-8")
    return tomllib.loads(content)


def _evidence(item: Evidence, reasons: list[str]) -> EvidenceView:
    return EvidenceView(id=item.id, kind=item.kind, state=item.state, advice=advice(reasons))
