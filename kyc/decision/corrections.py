"""An owner corrects a name that was read wrong: a person compares it with the paper.

What the owner writes never stands for what is printed: the onboarding goes to a person, who sees
both. Checks go on by what was read; a name counts as corrected once a person has approved the case.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, Invalid, TooMany
from core.reasons import Reason
from kyc.decision.checks import Answer, record_check
from kyc.decision.cross_checks import list_reasons
from kyc.decision.named import corrected_name
from kyc.evidence.corrections import (
    CORRECTABLE,
    Correction,
    count_corrections,
    open_corrections,
    store_correction,
)
from kyc.evidence.models import Evidence, NameCorrection
from kyc.evidence.repository import current_evidence, open_facts, seal_merged_facts
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import OnboardingClosed, open_onboarding, own_onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.policy import OnboardingPolicy
from ocr.document_types import FIELD_CODES
from privacy.consents import require_consent
from privacy.kinds import ConsentKind
from storage.context import Context

NAME_CORRECTION = "name_correction"  # the kind of the check
MAX_LENGTH = 80  # characters; names of firms have up to 60
# Han of all planes with letters and the marks that names hold; no line breaks, no other marks.
_NAME = re.compile(r"[^\W_](?:[^\W_]|[·()&,.\-])*")
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･", "·"))


class NameInvalid(Invalid):
    """What was written is no name."""

    code = "name_invalid"


class NothingToCorrect(Conflict):
    """No paper in the slot prints such a name, or it is still being analysed."""

    code = "nothing_to_correct"


class CorrectionsUsed(TooMany):
    """The names of an onboarding were corrected as often as it is allowed."""

    code = "corrections_used"
    retry_after_s = 3600


@dataclass(frozen=True)
class CorrectName:
    """Which name, on which paper, and how it is printed there; `field` is a code of a field."""

    onboarding_id: UUID
    kind: str
    field: str
    value: str


@dataclass(frozen=True)
class ReadName:
    """A name on a paper: as it was read, and as its owner corrected it."""

    kind: str
    label: str
    read: str | None
    corrected: str | None


def correct_name(context: Context, command: CorrectName) -> NameCorrection:
    """Keep what the owner says that a paper prints; a person will look at the onboarding.

    While it is open, and while it waits for a person whom nobody is yet.

    Raises `NotFound`, `ConsentMissing`, `OnboardingClosed`, `NothingToCorrect`, `NameInvalid`,
    `CorrectionsUsed`.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = _correctable(context, command.onboarding_id)
    require_consent(context, onboarding.id, ConsentKind.TERMS)
    label = _label(command)
    value = _name(command.value)
    evidence = current_evidence(context, onboarding.id).get(command.kind)
    if evidence is None or evidence.facts is None:
        raise NothingToCorrect
    if count_corrections(context, onboarding.id) >= context.rules(OnboardingPolicy).max_corrections:
        raise CorrectionsUsed
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    correction = Correction(command.kind, label, value)
    row = store_correction(context, owner, onboarding.id, correction)
    record(
        context,
        Action.NAME_CORRECTED,
        row.id,
        onboarding_id=onboarding.id,
        applicant_id=owner.id,
        kind=row.kind,
        field=FIELD_CODES[label],
    )
    _have_a_person_look(context, onboarding, correction)
    return row


def read_names(context: Context, onboarding_id: UUID) -> tuple[ReadName, ...]:
    """The names on the papers of the actor's onboarding, so that they can be corrected; an event.

    Raises `NotFound`.
    """
    require(context, Permission.ONBOARDING_READ)
    onboarding = own_onboarding(context, onboarding_id)
    return names_of(context, onboarding, "own_names")


def names_of(context: Context, onboarding: Onboarding, purpose: str) -> tuple[ReadName, ...]:
    """Every name on the papers in the slots, as read and as corrected; an event of opening them."""
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    written = {
        (one.kind, one.label): one.value for one in open_corrections(context, owner, onboarding.id)
    }
    sent = current_evidence(context, onboarding.id)
    papers = {kind: sent[kind] for kind in CORRECTABLE if kind in sent}
    if papers or written:
        record(
            context,
            Action.FACTS_UNSEALED,
            onboarding.id,
            onboarding_id=onboarding.id,
            applicant_id=owner.id,
            purpose=purpose,
        )
    return tuple(
        ReadName(kind, label, facts.get(label), written.get((kind, label)))
        for kind, evidence in papers.items()
        for facts in [open_facts(context, owner, evidence)]
        for label in CORRECTABLE[kind]
        if label in facts or (kind, label) in written
    )


def confirm_corrections(context: Context, owner: Applicant, onboarding: Onboarding) -> None:
    """Have corrected names count, once a person has approved a case with them.

    What was read stays with each photo.
    """
    sent = current_evidence(context, onboarding.id)
    for correction in open_corrections(context, owner, onboarding.id):
        evidence = sent.get(correction.kind)
        if evidence is not None:
            _confirm(context, owner, evidence, correction)


def _confirm(
    context: Context, owner: Applicant, evidence: Evidence, correction: Correction
) -> None:
    facts = {**open_facts(context, owner, evidence), correction.label: correction.value}
    seal_merged_facts(context, owner, evidence, facts)
    record(
        context,
        Action.NAME_CONFIRMED,
        evidence.id,
        onboarding_id=evidence.onboarding_id,
        applicant_id=owner.id,
        kind=correction.kind,
        field=FIELD_CODES[correction.label],
    )


def _correctable(context: Context, onboarding_id: UUID) -> Onboarding:
    """The actor's own, locked, while no decision of its is final and no reviewer reads it.

    Raises `NotFound`, `ConsentMissing`, `OnboardingClosed`.
    """
    onboarding = own_onboarding(context, onboarding_id, lock=True)
    if onboarding.state != OnboardingState.DECIDED:
        return open_onboarding(context, onboarding_id)
    held = onboarding.claimed_until is not None and onboarding.claimed_until > context.now()
    if onboarding.decision != Decision.REVIEW or held:
        raise OnboardingClosed
    return onboarding


def _label(command: CorrectName) -> str:
    labels = {FIELD_CODES[label]: label for label in CORRECTABLE.get(command.kind, ())}
    if command.field not in labels:
        raise NothingToCorrect
    return labels[command.field]


def _name(written: str) -> str:
    """A name in the form in which names are read: narrow, one kind of dot between its parts."""
    text = "".join(unicodedata.normalize("NFKC", written.translate(_DOTS)).split())
    if not 2 <= len(text) <= MAX_LENGTH or _NAME.fullmatch(text) is None:
        raise NameInvalid
    return text


def _have_a_person_look(context: Context, onboarding: Onboarding, correction: Correction) -> None:
    """Record the reason, and what the lists say of the new name."""
    told = corrected_name(context, onboarding, correction.value)
    listed = list_reasons(context, onboarding, [told])
    reasons = [Reason.NAME_CORRECTED, *(one for one in listed if one is Reason.LIST_HIT)]
    field = FIELD_CODES[correction.label]
    measured = {"paper": correction.kind, "field": field}
    record_check(context, onboarding, Answer(NAME_CORRECTION, reasons, measured))
    if onboarding.state == OnboardingState.DECIDED:
        onboarding.reasons = list(dict.fromkeys([*onboarding.reasons, *reasons]))
