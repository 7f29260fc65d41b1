"""An owner consents to one use of one source, and may withdraw at any time.

Nothing is read without. When the last consent to a source ends, everything of it is destroyed, and
what was computed of it with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Invalid, NotFound, TooMany
from core.ids import new_id
from loans.policy import LoanPolicy
from loans.sources.changes import CHANGES
from loans.sources.destruction import destroy_source, forget_key
from loans.sources.halting import halt_source
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import SourceConsent
from loans.sources.offered import is_asked_for, is_available
from loans.sources.record_requests import request_record
from privacy.consents import ConsentMissing, ConsentOutdated
from privacy.destruction import destroy_keys_now
from privacy.held import is_held
from privacy.models import DestructionCause
from storage.context import Context
from storage.keys.names import KeyPurpose

AT_ONCE = 50  # consents that are ended in one transaction


class UseNotOffered(Invalid):
    """The source is not used for this, or nobody can be asked for it here."""

    code = "use_not_offered"


class SourceConsentsUsed(TooMany):
    """This consent was given and withdrawn too often."""

    code = "source_consents_used"
    retry_after_s = 3600


@dataclass(frozen=True)
class ConsentToSource:
    """A consent to one use of one source, and the version of the text that was read."""

    source: SourceKind
    use: Use
    version: str


def consent_to_source(context: Context, command: ConsentToSource) -> SourceConsent:
    """Keep a consent, or return the one that is in force; a record is asked for at once.

    Raises `UseNotOffered`, `ConsentOutdated`, `SourceConsentsUsed`.
    """
    require(context, Permission.LOAN_MANAGE)
    rules = context.rules(LoanPolicy).known_by
    kind = rules.kinds[command.source]
    if command.use not in kind.uses or not is_available(context, command.source):
        raise UseNotOffered
    if command.version != kind.version:
        raise ConsentOutdated
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    standing = _in_force(context, owner.id, command.source, (command.use,))
    found = context.session.scalar(standing.where(SourceConsent.text_version == kind.version))
    if found is not None:
        return found
    _require_few(context, command, timedelta(hours=rules.window_h), rules.max_given)
    # After a withdrawal: the old key goes before there is a new one.
    destroy_keys_now(context, owner.id, KeyPurpose.SOURCES)
    context.keyring.create(owner.id, KeyPurpose.SOURCES)
    consent = SourceConsent(
        id=new_id(),
        applicant_id=owner.id,
        source=command.source,
        use=command.use,
        channel=kind.channel,
        text_version=kind.version,
        given_at=context.now(),
        ends_at=context.now() + timedelta(days=kind.max_days),
    )
    context.session.add(consent)
    _record(context, Action.SOURCE_CONSENTED, consent)
    if is_asked_for(context, command.source):
        request_record(context, owner.id, command.source)
    return consent


def withdraw_source_consent(context: Context, consent_id: UUID) -> None:
    """End a consent; of a source that none is left for, everything is destroyed.

    Raises `NotFound` where it is not the actor's, or not in force.
    """
    require(context, Permission.LOAN_MANAGE)
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    consent = context.session.get(SourceConsent, consent_id)
    if consent is None or consent.applicant_id != owner.id or not _stands(context, consent):
        raise NotFound
    _withdraw(context, consent)


def has_due_consents(context: Context) -> bool:
    """Whether `end_due_consents` would end any."""
    return context.session.scalar(_due(context).limit(1)) is not None


def end_due_consents(context: Context) -> int:
    """End consents whose time is over, as if they were withdrawn; returns how many.

    Of somebody under a legal hold everything stays, and is used no more.
    """
    due = context.session.scalars(_due(context).limit(AT_ONCE)).all()
    for owner in sorted({consent.applicant_id for consent in due}):
        context.session.get_one(Applicant, owner, with_for_update=True)
        for consent in (each for each in due if each.applicant_id == owner):
            context.session.refresh(consent)
            if consent.ended_at is None:  # not withdrawn meanwhile
                _end(context, consent, DestructionCause.RETENTION)
                _record(context, Action.SOURCE_CONSENT_EXPIRED, consent)
    return len(due)


def withdraw_all_source_consents(context: Context, applicant_id: UUID) -> None:
    """End every consent of an account that is closed."""
    for consent in context.session.scalars(_in_force(context, applicant_id)).all():
        _withdraw(context, consent)


def own_source_consents(context: Context) -> list[SourceConsent]:
    """The actor's consents in force."""
    require(context, Permission.LOAN_READ)
    ordered = _in_force(context, context.actor.uuid).order_by(SourceConsent.given_at)
    return list(context.session.scalars(ordered))


def is_consented(
    context: Context, applicant_id: UUID, source: SourceKind, uses: Collection[Use] = tuple(Use)
) -> bool:
    """Whether a consent to one of these uses of a source is in force."""
    query = _in_force(context, applicant_id, source, uses).limit(1)
    return context.session.scalar(query) is not None


def consented_sources(context: Context, applicant_id: UUID, use: Use) -> frozenset[SourceKind]:
    """The sources that may be used for something now."""
    found = context.session.scalars(_in_force(context, applicant_id, uses=(use,)))
    return frozenset(consent.source for consent in found)


def require_source_consent(context: Context, applicant_id: UUID, source: SourceKind) -> None:
    """Raises `privacy.consents.ConsentMissing` unless a consent to the source is in force."""
    if not is_consented(context, applicant_id, source):
        raise ConsentMissing


def _in_force(
    context: Context,
    applicant_id: UUID,
    source: SourceKind | None = None,
    uses: Collection[Use] = tuple(Use),
) -> sa.Select[SourceConsent]:
    query = sa.select(SourceConsent).where(
        SourceConsent.applicant_id == applicant_id,
        SourceConsent.use.in_(uses),
        SourceConsent.withdrawn_at.is_(None),
        SourceConsent.ends_at > context.now(),
    )
    return query if source is None else query.where(SourceConsent.source == source)


def _stands(context: Context, consent: SourceConsent) -> bool:
    return consent.withdrawn_at is None and consent.ends_at > context.now()


def _due(context: Context) -> sa.Select[SourceConsent]:
    return (
        sa.select(SourceConsent)
        .where(SourceConsent.ended_at.is_(None), SourceConsent.ends_at <= context.now())
        .order_by(SourceConsent.ends_at)
    )


def _withdraw(context: Context, consent: SourceConsent) -> None:
    consent.withdrawn_at = context.now()
    context.session.flush()
    _end(context, consent, DestructionCause.CONSENT_WITHDRAWN)
    _record(context, Action.SOURCE_CONSENT_WITHDRAWN, consent)


def _end(context: Context, consent: SourceConsent, cause: DestructionCause) -> None:
    """Do what follows once a consent is in force no more; the owner's row is locked."""
    consent.ended_at = context.now()
    owner = consent.applicant_id
    if is_consented(context, owner, consent.source):  # it was used for more than it may be now
        CHANGES.tell_forgotten(context, owner)
    elif is_held(context, owner) and cause is DestructionCause.RETENTION:
        halt_source(context, owner, consent.source)
    else:
        destroy_source(context, owner, consent.source, cause)
        forget_key_without_consent(context, owner, cause)


def forget_key_without_consent(
    context: Context, applicant_id: UUID, cause: DestructionCause
) -> None:
    """Forget the key of an account's sources, unless a consent to any is in force."""
    if context.session.scalar(_in_force(context, applicant_id).limit(1)) is None:
        forget_key(context, applicant_id, cause)


def _require_few(
    context: Context, command: ConsentToSource, window: timedelta, max_given: int
) -> None:
    given = sa.select(sa.func.count(SourceConsent.id)).where(
        SourceConsent.applicant_id == context.actor.uuid,
        SourceConsent.source == command.source,
        SourceConsent.use == command.use,
        SourceConsent.given_at > context.now() - window,
    )
    if (context.session.scalar(given) or 0) >= max_given:
        raise SourceConsentsUsed


def _record(context: Context, action: Action, consent: SourceConsent) -> None:
    record(
        context,
        action,
        consent.id,
        applicant_id=consent.applicant_id,
        source=consent.source,
        use=consent.use,
        channel=consent.channel,
        version=consent.text_version,
    )
