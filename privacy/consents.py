"""Consent: given to one version of a text, required before processing, withdrawn at any time.

Who may give it for what is the matter of the package whose processing it allows.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.writer import record
from core.errors import Invalid, NotFound, Refused, TooMany
from core.ids import new_id
from privacy.kinds import ConsentKind
from privacy.models import Consent
from privacy.policy import ConsentPolicy
from privacy.registry import WITHDRAWALS
from storage.context import Context


class ConsentMissing(Refused):
    """The person has not consented to this."""

    code = "consent_missing"


class ConsentOutdated(Invalid):
    """Another version of the text is in force: the person has to read that one."""

    code = "consent_outdated"


class ConsentsUsed(TooMany):
    """This consent was given and withdrawn too often for one onboarding."""

    code = "consents_used"
    retry_after_s = 3600


# Made once, as the other statements that every onboarding runs many times: making one takes longer
# than running it.
_KIND: sa.BindParameter[ConsentKind] = sa.bindparam("kind")
# The type is said: a foreign key's is not known before the table that it names.
_ONBOARDING: sa.BindParameter[UUID] = sa.bindparam("onboarding", type_=sa.Uuid())
_IN_FORCE = sa.select(Consent).where(
    Consent.onboarding_id == _ONBOARDING, Consent.kind == _KIND, Consent.withdrawn_at.is_(None)
)
_IS_IN_FORCE = _IN_FORCE.with_only_columns(Consent.id).limit(1)
_KINDS_IN_FORCE = sa.select(Consent.kind).where(
    Consent.onboarding_id == _ONBOARDING,
    Consent.kind.in_(sa.bindparam("kinds", expanding=True)),
    Consent.withdrawn_at.is_(None),
)


def give(context: Context, onboarding_id: UUID, kind: ConsentKind, version: str) -> Consent:
    """Keep a consent, or return the one that is in force.

    Raises `ConsentOutdated`, and `ConsentsUsed` where it was given and withdrawn too often.
    """
    rules = context.rules(ConsentPolicy)
    if rules.versions.get(kind) != version:
        raise ConsentOutdated
    given = sa.select(Consent).where(Consent.onboarding_id == onboarding_id, Consent.kind == kind)
    earlier = list(context.session.scalars(given))
    for consent in earlier:
        if consent.withdrawn_at is None and consent.text_version == version:
            return consent
    if len(earlier) >= rules.max_given:
        raise ConsentsUsed
    consent = Consent(
        id=new_id(),
        onboarding_id=onboarding_id,
        kind=kind,
        text_version=version,
        given_at=context.now(),
    )
    context.session.add(consent)
    record(
        context,
        Action.CONSENT_GIVEN,
        consent.id,
        onboarding_id=onboarding_id,
        kind=kind,
        version=version,
    )
    return consent


def withdraw(
    context: Context, onboarding_id: UUID, kind: ConsentKind, applicant_id: UUID | None = None
) -> None:
    """End a consent, and have every package end what it allowed.

    `applicant_id` is whose consent it is, where they do not act themselves.

    Raises `NotFound` where no such consent is in force.
    """
    in_force = list(context.session.scalars(_IN_FORCE, _asked(onboarding_id, kind)))
    if not in_force:
        raise NotFound
    for consent in in_force:
        consent.withdrawn_at = context.now()
    for handler in WITHDRAWALS.handlers(kind):
        handler(context, onboarding_id)
    record(
        context,
        Action.CONSENT_WITHDRAWN,
        onboarding_id,
        onboarding_id=onboarding_id,
        applicant_id=applicant_id,
        kind=kind,
    )


def is_consented(context: Context, onboarding_id: UUID, kind: ConsentKind) -> bool:
    """Whether such a consent is in force."""
    return context.session.scalar(_IS_IN_FORCE, _asked(onboarding_id, kind)) is not None


def require_consent(context: Context, onboarding_id: UUID, kind: ConsentKind) -> None:
    """Raises `ConsentMissing` unless such a consent is in force."""
    require_consents(context, onboarding_id, (kind,))


def require_consents(context: Context, onboarding_id: UUID, kinds: Collection[ConsentKind]) -> None:
    """Raises `ConsentMissing` unless a consent of each of these kinds is in force."""
    asked = {"onboarding": onboarding_id, "kinds": list(kinds)}
    given = context.session.scalars(_KINDS_IN_FORCE, asked)
    if not set(kinds) <= set(given):
        raise ConsentMissing


def _asked(onboarding_id: UUID, kind: ConsentKind) -> dict[str, object]:
    return {"onboarding": onboarding_id, "kind": kind}
