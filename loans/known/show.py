"""What is known of a business: shown to its owner, and given to who judges credit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from kyc.identity import business_of
from loans.known.models import Objection, ObjectionState, Profile
from loans.known.recorded import SOURCES
from loans.policy import LoanPolicy
from loans.profile.catalogue import for_scorer
from loans.profile.feature import Feature, Source
from loans.profile.verified_trade import VerifiedTrade
from loans.sources.consent import consented_sources, own_source_consents
from loans.sources.files import is_reading, own_files
from loans.sources.kinds import FILES, SourceKind, Use
from loans.sources.models import SourceConsent, SourceFile, SourceRecord
from loans.sources.record_requests import is_asking
from loans.sources.states import FileState, RecordState
from storage.context import Context

_OF_NO_CONSENT = frozenset({Source.LICENCE, Source.DECLARED})
_OF_ONE_SOURCE = {Source.REGISTRY: SourceKind.REGISTRY, Source.REVIEWS: SourceKind.REVIEWS}
_NOT_USED = (ObjectionState.OPEN, ObjectionState.UPHELD)


@dataclass(frozen=True)
class ProfileView:
    """A profile with where it comes from and what its owner contests.

    `is_moving` says that a file is being read, a record asked for, or the profile put together:
    wait for it.
    """

    features: Mapping[str, Feature]
    known: Mapping[str, Any]
    contested: frozenset[str]
    files: Sequence[SourceFile]
    consents: Sequence[SourceConsent]
    objections: Sequence[Objection]
    is_moving: bool


def own_profile(context: Context) -> ProfileView:
    """Everything that is known of the actor's business, and from where (PIPL art. 45)."""
    require(context, Permission.LOAN_READ)
    profile = context.session.get(Profile, context.actor.uuid)
    own = sa.select(Objection).where(Objection.applicant_id == context.actor.uuid)
    objections = context.session.scalars(own.order_by(Objection.made_at)).all()
    return ProfileView(
        features=_features(profile),
        known={} if profile is None else profile.known,
        contested=_contested(objections),
        files=own_files(context),
        consents=own_source_consents(context),
        objections=objections,
        is_moving=is_moving(context, context.actor.uuid),
    )


def credit_features(context: Context, applicant_id: UUID) -> dict[str, Feature]:
    """The features by which credit may be judged.

    None that its owner contests, and none of which a source is not consented to now.
    """
    profile = _of_business(context, applicant_id)
    if context.rules(LoanPolicy).sources is None or profile is None:
        return {}
    contested = _contested_of(context, applicant_id)
    allowed = consented_sources(context, applicant_id, Use.CREDIT)
    return {
        name: each
        for name, each in for_scorer(_features(profile)).items()
        if name not in contested and _is_allowed(each, profile, allowed)
    }


def known_sources(context: Context, applicant_id: UUID) -> frozenset[str]:
    """The sources that add to what is known of an account, however little."""
    profile = _of_business(context, applicant_id)
    thickness = {} if profile is None else profile.known.get("thickness", {})
    by_source = thickness.get("by_source", {})
    return frozenset(name for name, (points, _most) in by_source.items() if points > 0)


def verified_trade(context: Context, applicant_id: UUID) -> VerifiedTrade | None:
    """A month of trade as sources show it, if it sold of late.

    Every source that it was computed of has to be consented to now. While something of it is
    contested it lessens what is lent, and raises nothing; where an objection was upheld there is
    none.
    """
    rules = context.rules(LoanPolicy)
    profile = _of_business(context, applicant_id)
    if rules.sources is None or profile is None:
        return None
    trade, last = profile.known.get("trade"), profile.known.get("newest_sale")
    contested = {row.state for row in _objections(context, applicant_id)}
    if not trade or not last or ObjectionState.UPHELD in contested:
        return None
    if not _sources_of(profile) <= consented_sources(context, applicant_id, Use.CREDIT):
        return None
    oldest = context.today() - timedelta(days=rules.sources.trade_days)
    if date.fromisoformat(last) < oldest:
        return None
    return VerifiedTrade.model_validate({**trade, "raises": not contested})


def settled_profiles(context: Context, applicant_ids: Collection[UUID]) -> Mapping[UUID, bool]:
    """Of each account, whether its owner has nothing to wait for; for those who wait."""
    return {name: not is_moving(context, name) for name in applicant_ids}


def profiles_as_seen(context: Context, applicant_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Of each account, something that is another whenever its profile is; for those who wait."""
    rows = sa.select(Profile.applicant_id, Profile.wanted_at, Profile.built_at).where(
        Profile.applicant_id.in_(applicant_ids)
    )
    known = {
        row.applicant_id: f"{row.wanted_at} {row.built_at}" for row in context.session.execute(rows)
    }
    reading = (
        sa.select(SourceFile.applicant_id, sa.func.count())
        .where(SourceFile.applicant_id.in_(applicant_ids), SourceFile.state == FileState.READING)
        .group_by(SourceFile.applicant_id)
    )
    asking = (
        sa.select(SourceRecord.applicant_id, sa.func.count())
        .where(
            SourceRecord.applicant_id.in_(applicant_ids), SourceRecord.state == RecordState.ASKED
        )
        .group_by(SourceRecord.applicant_id)
    )
    read = dict(context.session.execute(reading).tuples().all())
    asked = dict(context.session.execute(asking).tuples().all())
    return {
        name: f"{known.get(name, '')} {read.get(name, 0)} {asked.get(name, 0)}"
        for name in applicant_ids
    }


def is_moving(context: Context, applicant_id: UUID) -> bool:
    """Whether a file of an account is read, a record asked for, or its profile put together."""
    if is_reading(context, applicant_id) or is_asking(context, applicant_id):
        return True
    profile = context.session.get(Profile, applicant_id)
    if profile is None:
        return False
    return profile.built_at is None or profile.built_at < profile.wanted_at


def _of_business(context: Context, applicant_id: UUID) -> Profile | None:
    """The profile of the business that an account has now; one of another says nothing of it."""
    profile = context.session.get(Profile, applicant_id)
    if profile is None or profile.business != business_of(context, applicant_id):
        return None
    return profile


def _is_allowed(feature: Feature, profile: Profile, allowed: Collection[SourceKind]) -> bool:
    """Whether everything that a feature is computed of is consented to."""
    if feature.source in _OF_NO_CONSENT:
        return True
    if feature.source in _OF_ONE_SOURCE:
        return _OF_ONE_SOURCE[Source(feature.source)] in allowed
    return _sources_of(profile) & FILES <= set(allowed)


def _sources_of(profile: Profile) -> frozenset[SourceKind]:
    """The sources of which a profile is computed; where they are not named, it may be any."""
    named = profile.known.get(SOURCES, tuple(SourceKind))
    return frozenset(SourceKind(each) for each in named)


def _features(profile: Profile | None) -> dict[str, Feature]:
    if profile is None:
        return {}
    return {
        name: Feature(
            value=each["value"],
            source=each["source"],
            as_of=date.fromisoformat(each["as_of"]),
            coverage=each["coverage"],
        )
        for name, each in profile.features.items()
    }


def _contested_of(context: Context, applicant_id: UUID) -> frozenset[str]:
    return _contested(_objections(context, applicant_id))


def _objections(context: Context, applicant_id: UUID) -> Sequence[Objection]:
    """Those by which something is not used."""
    own = sa.select(Objection).where(
        Objection.applicant_id == applicant_id, Objection.state.in_(_NOT_USED)
    )
    return context.session.scalars(own).all()


def _contested(objections: Sequence[Objection]) -> frozenset[str]:
    return frozenset(row.feature for row in objections if row.state in _NOT_USED)
