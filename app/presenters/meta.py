"""Texts, lists and limits of one policy, in the words of one language."""

from __future__ import annotations

from dataclasses import asdict

from app.messages.words import Language, Section, Words
from app.schemas.meta import (
    ClassResponse,
    ConsentTextResponse,
    EvidenceTypeResponse,
    LoanLimitsResponse,
    MetaResponse,
    NamedResponse,
)
from core.policy import Policy
from kyc.evidence.media import FORMATS, media_limits
from kyc.evidence.types import TYPES, EvidenceType
from kyc.policy import LivenessPolicy, OnboardingPolicy, UploadPolicy
from loans.codes import Classification, Role, industries, occupations
from loans.policy import LoanPolicy
from privacy.kinds import ConsentKind
from privacy.policy import ConsentPolicy


def present_meta(policy: Policy, words: Words) -> MetaResponse:
    """What an app needs to know before it asks an owner for anything."""
    loans = policy.section(LoanPolicy)
    return MetaResponse(
        languages=list(Language),
        consents=_consents(policy, words),
        actions=_named(words, Section.ACTIONS, policy.section(LivenessPolicy).challenge.actions),
        evidence=[_evidence(policy, words, kind) for kind in TYPES.all()],
        max_upload_bytes=policy.section(UploadPolicy).max_bytes,
        occupations=_classes(words, occupations()),
        industries=_classes(words, industries()),
        roles=_named(words, Section.ROLES, tuple(Role)),
        purposes=_named(words, Section.PURPOSES, tuple(loans.purposes)),
        loan=LoanLimitsResponse(
            min_fen=loans.min_fen, max_fen=loans.max_fen, tenors_months=list(loans.tenors)
        ),
    )


def _consents(policy: Policy, words: Words) -> list[ConsentTextResponse]:
    versions = policy.section(ConsentPolicy).versions
    return [
        ConsentTextResponse(
            kind=kind,
            version=versions[kind],
            title=words.name(Section.CONSENTS, kind),
            text=words.consent(kind),
        )
        for kind in ConsentKind
    ]


def _evidence(policy: Policy, words: Words, kind: EvidenceType) -> EvidenceTypeResponse:
    rules, formats = policy.section(OnboardingPolicy), FORMATS[kind.media]
    return EvidenceTypeResponse(
        kind=kind.kind,
        name=words.name(Section.EVIDENCE, kind.kind),
        required=kind.kind in rules.required,
        consent=kind.consent,
        challenge=kind.challenge,
        attempts=rules.attempts[kind.kind],
        media=kind.media,
        containers=list(formats.containers),
        codecs=list(formats.codecs),
        **asdict(media_limits(policy, kind.media)),
    )


def _named(words: Words, section: Section, codes: tuple[str, ...]) -> list[NamedResponse]:
    return [NamedResponse(code=code, name=words.name(section, code)) for code in codes]


def _classes(words: Words, standard: Classification) -> list[ClassResponse]:
    chosen: dict[str, list[NamedResponse]] = {code: [] for code in standard.classes}
    for one in standard.choices.values():
        chosen[one.parent].append(NamedResponse(code=one.code, name=words.of(one)))
    return [
        ClassResponse(code=one.code, name=words.of(one), choices=chosen[one.code])
        for one in standard.classes.values()
    ]
