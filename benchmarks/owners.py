"""Owners of a bench who are approved already: nothing is photographed or analysed for them.

They sign in over HTTP. What the engines would find of them is recorded by the use cases that
record it, in one transaction each, so that no worker sees their evidence.
"""

from __future__ import annotations

from uuid import UUID

import jwt
import numpy as np

from app.services import Services
from app.settings import Settings
from core.actors import applicant
from demo.phone import Phone
from demo.server import client_of
from kyc.analysis.findings import (
    DocumentFinding,
    FaceVideoFinding,
    Finding,
    VoiceEnrolmentFinding,
)
from kyc.decision.record import record_finding
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, TYPES, VOICE_CLIP
from kyc.face.embedding import FaceTemplate
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.consents import GiveConsent, give_consent
from kyc.onboarding.start import start_onboarding
from kyc.onboarding.submit import ANALYSE_EVIDENCE, SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from ocr.document_types import PRINCIPAL
from ocr.identifiers import identity_check_digit
from privacy.kinds import ConsentKind
from privacy.policy import ConsentPolicy
from storage.queue import withdraw

FACE_LENGTHS, VOICE_LENGTH = (128, 192, 128), 192
NAME, FIRM = "样例店主", "样例市样例商店"


def approved_phone(settings: Settings, services: Services, number: int) -> Phone:
    """The phone of an owner who is signed in and approved; `number` is below 10,000.

    Raises SystemExit where the policy decides otherwise.
    """
    phone = Phone(client_of(settings))
    phone.sign_in(f"137{number:08d}", settings.codes)
    phone.read_promise()
    own = jwt.decode(phone.device.token or "", options={"verify_signature": False})
    approve(services, UUID(own["sub"]), number)
    return phone


def approve(services: Services, account: UUID, number: int) -> None:
    """An onboarding of an account, decided on good findings.

    Raises SystemExit where the policy decides otherwise.
    """
    with services.transaction(applicant(account)) as context:
        onboarding = start_onboarding(context)
        for kind in ConsentKind:
            version = context.rules(ConsentPolicy).versions[kind]
            give_consent(context, GiveConsent(onboarding.id, kind, version))
        findings = _findings(number)
        for slot in context.rules(OnboardingPolicy).required:
            asked = TYPES.of(slot).challenge
            drawn = issue_challenge(context, onboarding.id, asked).id if asked else None
            content = f"{slot} of owner {number}".encode()
            sent = submit_evidence(context, SubmitEvidence(onboarding.id, slot, content, drawn))
            context.session.flush()
            withdraw(context, ANALYSE_EVIDENCE, sent.id)
            record_finding(context, sent.id, findings[slot])
        if onboarding.decision != "approved":
            raise SystemExit(f"owner {number} is {onboarding.decision}: {onboarding.reasons}")


def _findings(number: int) -> dict[str, Finding]:
    """What the engines find of somebody honest; each number is another person and firm."""
    chance = np.random.default_rng(number)
    first = f"1101011988{1 + number // 1000 % 9:02d}14{number % 1000:03d}"
    card = {"姓名": NAME, "公民身份号码": first + identity_check_digit(first)}
    sheet = {
        "名称": f"{FIRM}{number}",
        "类型": "个体工商户",
        PRINCIPAL: NAME,
        "成立日期": f"{2015 + number % 11}年{1 + number % 12:02d}月12日",
        "统一社会信用代码": f"92110101MA{number:08d}",
    }
    face = FaceTemplate(*(_unit(chance, length) for length in FACE_LENGTHS)).packed()
    voice = _unit(chance, VOICE_LENGTH).astype("<f4").tobytes()
    return {
        ID_CARD_FRONT.kind: DocumentFinding((), card, face, {}),
        ID_CARD_BACK.kind: DocumentFinding((), {"签发机关": "某局"}, None, {}),
        LICENCE.kind: DocumentFinding((), sheet, None, {}),
        FACE_VIDEO.kind: FaceVideoFinding((), face, {"live_odds": 3.2}),
        VOICE_CLIP.kind: VoiceEnrolmentFinding((), voice, b"digits", {"speech_s": 4.2}),
    }


def _unit(chance: np.random.Generator, length: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = chance.normal(size=length)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
