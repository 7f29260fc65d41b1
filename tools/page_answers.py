"""What the API answers while the pages are photographed.

Texts, lists, prices and schedules are those of the policy in force, and the API's own presenters
and schemas make the answers. What is made up is what becomes of the owner: nothing is analysed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from app import policy as policies
from app.messages.words import Language, Section, Words, policy_numbers
from app.presenters.loan import present_products, present_purposes
from app.presenters.meta import present_meta
from app.presenters.onboarding import present_onboarding
from app.schemas.common import ApiModel
from app.schemas.loans import (
    ApplicationResponse,
    InstalmentResponse,
    OfferResponse,
    RatePartsResponse,
    ScheduleResponse,
)
from core.money import BasisPoints, Fen
from core.reasons import Reason
from kyc.decision.view import OnboardingView, SentEvidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import TYPES
from kyc.onboarding.states import Decision, OnboardingState
from loans.credit.decide import CreditFacts, OfferedTerms, decide
from loans.declaration.declare import Purposes
from loans.declaration.promise import LANGUAGES, promise
from loans.policy import LoanPolicy
from loans.terms.schedule import (
    DayCount,
    Repayment,
    as_rate,
    make_schedule,
    monthly_periods,
)

NOW = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 28)
ONBOARDING = UUID(int=1)
APPLICATION = UUID(int=2)
GLARE_AT = (0.14, 0.2, 0.42, 0.4)  # where `tools/screenshots.py` has a lamp reflected
_SENT = count()
KINDS = tuple(kind.kind for kind in TYPES.all())


@dataclass
class Owner:
    """What the server knows of the owner who is photographed."""

    consents: list[dict[str, Any]] = field(default_factory=list)
    evidence: dict[str, SentEvidence] = field(default_factory=dict)
    state: OnboardingState = OnboardingState.OPEN
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    application: str = "offered"

    def send(self, kind: str) -> None:
        """Evidence arrives."""
        number = UUID(int=100 + next(_SENT))
        self.evidence[kind] = SentEvidence(number, kind, EvidenceState.ANALYSING, ())

    def accept(self, *kinds: str) -> None:
        """The check of evidence finds nothing wrong."""
        for kind in kinds:
            self.evidence[kind] = replace(self.evidence[kind], state=EvidenceState.ACCEPTED)

    def send_back(self, kind: str, *reasons: Reason) -> None:
        """The check of evidence finds something; glare is where the lamp is."""
        regions = {Reason.GLARE.value: GLARE_AT} if Reason.GLARE in reasons else {}
        self.evidence[kind] = replace(
            self.evidence[kind], state=EvidenceState.RETRY, reasons=reasons, regions=regions
        )

    def decide(self, decision: Decision, *reasons: Reason) -> None:
        """All evidence is accepted, and it is decided."""
        for kind in KINDS:
            self.send(kind)
        self.accept(*KINDS)
        self.state, self.decision, self.reasons = OnboardingState.DECIDED, decision, reasons


class Answers:
    """Answers of the API to one owner, in one language."""

    def __init__(self, settings_policy: Path, language: Language, owner: Owner) -> None:
        self._policy = policies.load(settings_policy)
        self._words = Words(language, policy_numbers(self._policy))
        self._loans = self._policy.section(LoanPolicy)
        self._owner = owner

    def answer(self, method: str, path: str, sent: str) -> Any:
        """The JSON of an answer. Raises `KeyError` for what the pages never ask."""
        for pattern, make in self._routes():
            if re.fullmatch(pattern, f"{method} {path}"):
                made = make(sent, path)
                return made.model_dump(mode="json") if isinstance(made, ApiModel) else made
        raise KeyError(f"{method} {path}")

    def _routes(self) -> Sequence[tuple[str, Callable[[str, str], Any]]]:
        one = f"/onboardings/{ONBOARDING}"
        return (
            ("POST /auth/codes", lambda *_: {"done": True, "attempt": "attempt"}),
            ("POST /auth/(tokens|refresh)", lambda *_: {"access": "token", "expires_in": 900}),
            ("GET /meta", lambda *_: present_meta(self._policy, self._words)),
            ("GET /me", lambda *_: {"consents": self._owner.consents}),
            (f"(POST /onboardings|GET {one})", lambda *_: self._onboarding()),
            (f"POST {one}/consents", lambda sent, _: self._consent(json.loads(sent))),
            (f"PUT {one}/evidence/.*", lambda _, path: self._receive(path)),
            (f"GET {one}/challenges", lambda *_: {"challenges": []}),
            (f"POST {one}/challenges", lambda sent, _: _challenge(json.loads(sent)["kind"])),
            ("GET /purposes", lambda *_: present_purposes(self._purposes(), self._words)),
            ("GET /products", lambda *_: present_products(self._loans.products, self._words)),
            (f"GET /applications/{APPLICATION}", lambda *_: self._application()),
            ("POST /(declarations|applications)", lambda *_: {"id": str(APPLICATION)}),
            ("GET /offers/.*/schedule", lambda _, path: self._schedule(path.split("/")[2])),
            ("POST /me/verifications", lambda *_: {"id": str(APPLICATION), "digits": "59038264"}),
            ("GET /applications/.*/contract", lambda *_: {}),
        )

    def _onboarding(self) -> ApiModel:
        owner = self._owner
        filled = {kind for kind, one in owner.evidence.items() if one.state != EvidenceState.RETRY}
        view = OnboardingView(
            id=ONBOARDING,
            state=owner.state,
            decision=owner.decision,
            reasons=owner.reasons,
            evidence=tuple(owner.evidence.values()),
            missing=tuple(kind for kind in KINDS if kind not in filled),
            person_asked=False,
            handed_over=False,
            started_at=NOW,
            decided_at=None,
        )
        return present_onboarding(view, self._words)

    def _consent(self, sent: dict[str, str]) -> dict[str, bool]:
        given = {"onboarding_id": str(ONBOARDING), "given_at": NOW.isoformat()}
        self._owner.consents.append(given | sent)
        return {"done": True}

    def _receive(self, path: str) -> ApiModel:
        self._owner.send(path.rpartition("/")[2])
        return self._onboarding()

    def _purposes(self) -> Purposes:
        version = self._loans.declared.promise
        fitting = {
            purpose: tuple(one for one in self._loans.products if purpose in one.purposes)
            for purpose in self._loans.purposes
        }
        return Purposes(fitting, tuple(promise(version, one) for one in LANGUAGES))

    def _offers(self) -> Sequence[OfferedTerms]:
        facts = CreditFacts(
            amount_fen=8_000_000,
            tenor_months=12,
            repayment=Repayment.EQUAL_INSTALMENTS,
            product="working_capital",
            day=TODAY,
            months_in_business=80,
            room_fen=30_000_000,
            stated=None,
            pd_12m=0.02,
        )
        return decide(facts, self._loans).offers

    def _application(self) -> ApplicationResponse:
        state = self._owner.application
        declined = (Reason.RISK_TOO_HIGH.value,) if state == "declined" else ()
        question = None
        if state == "asking":
            question = {
                "code": "main_business",
                "text": self._words.name(Section.QUESTIONS, "main_business"),
                "answers": [
                    {"code": code, "text": self._words.name(Section.ANSWERS, code)}
                    for code in ("name_is_old", "does_both", "declared_wrong")
                ],
                "expires_at": NOW + timedelta(days=7),
            }
        return ApplicationResponse(
            id=APPLICATION,
            state=state,
            product="working_capital",
            amount_fen=8_000_000,
            tenor_months=12,
            repayment=Repayment.EQUAL_INSTALMENTS,
            reasons=list(declined),
            advice=self._words.advice(declined),
            would_help=[],
            limit_advice=[],
            question=question,
            bound_by=None,
            offers=[_offer(place, one) for place, one in enumerate(self._offers())],
            improvements=[],
            person_may_be_asked=state == "declined",
            made_at=NOW,
            decided_at=NOW,
        )

    def _schedule(self, offer: str) -> ScheduleResponse:
        terms = self._offers()[UUID(offer).int]
        instalments = make_schedule(
            Fen(terms.principal_fen),
            as_rate(BasisPoints(terms.annual_rate_bp)),
            monthly_periods(TODAY, terms.tenor_months, DayCount.THIRTY_360),
            terms.repayment,
            as_rate(BasisPoints(terms.guarantee_bp)),
        )
        return ScheduleResponse(
            paid_out_on=TODAY,
            instalments=[InstalmentResponse.model_validate(one) for one in instalments],
        )


def _offer(place: int, terms: OfferedTerms) -> OfferResponse:
    values = terms.model_dump(exclude={"rate_parts", "guarantee_bp"})
    return OfferResponse(
        **values,
        id=UUID(int=place),
        rate_parts=RatePartsResponse(**terms.rate_parts),
        state="open",
        expires_at=NOW + timedelta(days=7),
        accepted_at=None,
    )


def _challenge(kind: str) -> dict[str, Any]:
    cues = [
        {"action": "turn_left", "at": 0.8, "until": 2.4},
        {"action": "open_mouth", "at": 2.4, "until": 3.6},
    ]
    asked = {"cues": cues} if kind == "face" else {"first": "59038264", "second": "71926045"}
    until = datetime.now(UTC) + timedelta(minutes=2)
    return {"id": str(APPLICATION), "kind": kind, "asked": asked, "expires_at": until.isoformat()}
