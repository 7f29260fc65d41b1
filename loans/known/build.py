"""A job builds the profile again whenever a source is added or removed.

A job opens what was read, and has it put together by a confined process, with no transaction open:
what was packed came out of files that strangers may have made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import Applicant
from audit.actions import Action
from audit.entries import digest
from audit.writer import record
from core.files import UnreadableFile
from kyc.approvals import APPROVALS
from kyc.identity import (
    IDENTITY_ERRORS,
    VerifiedIdentity,
    business_of,
    opened_identity,
    standing_of,
)
from loans.known.container import joined
from loans.known.inputs import ComputedProfile, EvidenceInput, PieceKind, ProfileInputs
from loans.known.models import Profile
from loans.known.recorded import (
    REGISTRY,
    SOURCES,
    PackedPiece,
    answers_of,
    evidence_of,
    pieces_of,
    registry_of,
    reviews_of,
    told_by_registry,
)
from loans.policy import LoanPolicy
from loans.profile.catalogue import VERSION
from loans.profile.feature import Source
from loans.sources.changes import CHANGES, Follower
from loans.sources.confined import ConfinedCost, ConfinedTasks
from loans.sources.consent import consented_sources
from loans.sources.files import counts, is_reading
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import FILE_CONTENTS, SourceFile
from loans.sources.offered import is_available
from loans.sources.policy import SourcesRules
from loans.sources.record_requests import request_records_anew
from loans.sources.states import FileState
from privacy.kinds import ConsentKind
from storage.chunks import KeyHolder
from storage.context import Context, Resources
from storage.damage import DAMAGE
from storage.database import insert_if_absent
from storage.handlers import JOBS, JobHandler, Lane
from storage.keyring import Keyring
from storage.media import MediaStore
from storage.queue import enqueue, withdraw

log = structlog.get_logger()

BUILD_PROFILE = "build_profile"
TASKS, COMPUTE = "loans.known.tasks", "profile"
MAX_PROFILE_BYTES = 2**20
_UNOPENED: tuple[type[Exception], ...] = (*IDENTITY_ERRORS, *DAMAGE)


@dataclass(frozen=True)
class KeptContents:
    """The packed rows of a file, and what opens them."""

    media: MediaStore
    keyring: Keyring
    owner: KeyHolder
    contents: UUID

    def opened(self) -> bytes:
        """Raises what opening and the store raise."""
        return FILE_CONTENTS.open(
            self.keyring, self.owner, self.contents, self.media.get(self.contents)
        )


@dataclass(frozen=True)
class BuildingWork:
    """What is put together."""

    inputs: ProfileInputs
    pieces: tuple[KeptContents | PackedPiece, ...]
    rules: SourcesRules
    wanted_at: datetime
    business: str | None
    told: Mapping[str, Any] = field(default_factory=dict)  # kept beside what is computed


@dataclass(frozen=True)
class BuiltProfile:
    """What came of it; None where a piece is damaged or too much."""

    computed: ComputedProfile | None
    business: str | None
    sources: tuple[str, ...] = ()
    wanted_at: datetime | None = None  # None: whatever was wanted since
    told: Mapping[str, Any] = field(default_factory=dict)


class ProfileBuilder:
    """Puts profiles together in a confined process; threads may share it."""

    def __init__(self) -> None:
        self._tasks = ConfinedTasks(TASKS)

    def build(
        self, inputs: ProfileInputs, content: Callable[[], bytearray], rules: SourcesRules
    ) -> ComputedProfile:
        """The profile; `content` is opened once the process is free for it.

        Raises `UnreadableFile`, ValueError for an answer that no computation gives,
        `sandbox.runner.ChildLost` and `SandboxBusy` where it is worth another try, and what
        `content` raises.
        """
        parameters = {"inputs": inputs.model_dump(mode="json")}
        cost = ConfinedCost(rules.building.limits, MAX_PROFILE_BYTES, rules.confined_wait_s)
        part = self._tasks.run(COMPUTE, parameters, content, cost)
        return ComputedProfile.model_validate_json(bytes(part.body))

    def close(self) -> None:
        """End the process."""
        self._tasks.close()


def want_profile(context: Context, applicant_id: UUID) -> None:
    """Have the profile of an account built again; several wishes in a row make one job.

    Of an account that is closed nothing is built.
    """
    if context.session.get_one(Applicant, applicant_id).is_closed:
        return
    profile = _locked(context, applicant_id)
    if profile is None:
        values = {"wanted_at": context.now(), "features": {}, "known": {}}
        insert_if_absent(context.session, Profile, applicant_id=applicant_id, **values)
        profile = _locked(context, applicant_id)
    if profile is not None:
        profile.wanted_at = context.now()
    withdraw(context, BUILD_PROFILE, applicant_id)
    # It takes its owner's turn, and is not counted: older wishes are withdrawn, and what is stored
    # may not fail because much else of the owner's waits.
    enqueue(context, BUILD_PROFILE, applicant_id).owner_id = applicant_id


def forget_profile(context: Context, applicant_id: UUID) -> None:
    """What was computed must not be used again; what is left makes another profile.

    What a registry says stays as long as that is consented to: it may speak against the owner.
    """
    profile = _locked(context, applicant_id)
    if profile is not None:
        allowed = consented_sources(context, applicant_id, Use.CREDIT)
        kept = {REGISTRY} if SourceKind.REGISTRY in allowed else set()
        profile.known = {name: profile.known[name] for name in kept & profile.known.keys()}
        profile.features, profile.built_at = {}, None
    want_profile(context, applicant_id)


def renew_profile(context: Context, applicant_id: UUID) -> None:
    """Once an account has another business, what was known of the one before is not used.

    Other systems are asked about the business that it has now.
    """
    profile = _locked(context, applicant_id)
    if profile is not None and profile.business != business_of(context, applicant_id):
        profile.features, profile.known, profile.built_at = {}, {}, None
        want_profile(context, applicant_id)
    request_records_anew(context, applicant_id)


def _locked(context: Context, applicant_id: UUID) -> Profile | None:
    """The profile as it is now, which nobody else changes until this transaction ends."""
    context.session.flush()
    return context.session.get(Profile, applicant_id, with_for_update=True, populate_existing=True)


def load_profile(context: Context, applicant_id: UUID) -> BuildingWork | None:
    """All that may be used to judge credit; None for somebody who is not served.

    Also while a file is being read: the end of that has the profile built.
    """
    owner = context.session.get_one(Applicant, applicant_id)
    profile = _locked(context, applicant_id)
    if profile is None or owner.is_closed or is_reading(context, applicant_id):
        return None
    try:
        standing = standing_of(context, applicant_id, consents=(ConsentKind.TERMS,))
    except IDENTITY_ERRORS:
        return None
    identity = opened_identity(context, standing.onboarding_id, purpose="profile")
    rules = context.rules(LoanPolicy)
    files = list(_files(context, applicant_id, rules.known_by))
    answers = answers_of(
        context, applicant_id, consented_sources(context, applicant_id, Use.CREDIT)
    )
    registered, recorded = registry_of(answers), pieces_of(answers)
    inputs = ProfileInputs(
        today=context.today(),
        person=identity.name,
        businesses=(identity.business_name,),
        credit_code=identity.credit_code,
        pieces=(*(_piece(file) for file in files), *(PieceKind.STATEMENT for _ in recorded)),
        evidence=(*_evidence(identity), *evidence_of(answers, identity)),
        reviews=reviews_of(answers),
        not_offered=tuple(_not_offered(context)),
        registry_as_of=None if registered is None else registered.as_of,
        owner_not_printed=rules.known_by.owner_not_printed,
        max_piece_bytes=rules.known_by.max_unpacked_bytes,
        rules=rules.profiles,
    )
    holder = KeyHolder(owner.id, owner.data_key)
    pieces = tuple(
        KeptContents(context.media, context.keyring, holder, file.contents)
        for file in files
        if file.contents is not None
    )
    told = told_by_registry(context, answers, identity)
    used = {file.source for file in files} | {one.source for one in answers}
    told[SOURCES] = sorted(used)
    every: tuple[KeptContents | PackedPiece, ...] = (*pieces, *recorded)
    business = business_of(context, applicant_id)
    return BuildingWork(inputs, every, rules.known_by, profile.wanted_at, business, told)


def build_profile(work: BuildingWork, lent: Resources) -> BuiltProfile:
    """Open the pieces and put them together.

    Raises `storage.media.StoreUnavailable`, `storage.keyring.KeysUnavailable`,
    `sandbox.runner.SandboxBusy`: then it waits.
    """
    sources = tuple(sorted(set(work.inputs.pieces)))
    computed: ComputedProfile | None = None
    try:
        builder = lent.get(ProfileBuilder)
        computed = builder.build(work.inputs, lambda: _content(work), work.rules)
    except (*DAMAGE, UnreadableFile, ValueError) as error:
        log.error("a profile cannot be built", what=type(error).__name__)
    return BuiltProfile(computed, work.business, sources, work.wanted_at, work.told)


def _content(work: BuildingWork) -> bytearray:
    return joined(piece.opened() for piece in work.pieces)


def store_profile(context: Context, applicant_id: UUID, built: BuiltProfile) -> None:
    """Keep the profile; without one, nothing is known but papers."""
    profile = _locked(context, applicant_id)
    if profile is None or built.wanted_at not in (None, profile.wanted_at):
        return  # something more is known since: another job knows it too
    computed = built.computed or ComputedProfile(features={}, known={})
    profile.features, profile.known = computed.features, {**computed.known, **built.told}
    profile.business = built.business
    profile.built_at, profile.catalogue = context.now(), VERSION
    profile.policy_version = context.policy.version
    record(
        context,
        Action.PROFILE_BUILT,
        applicant_id,
        applicant_id=applicant_id,
        policy=context.policy.version,
        sources=list(built.sources),
        features=len(computed.features),
        digest=digest(computed.model_dump(mode="json")),
    )


def give_up_profile(context: Context, applicant_id: UUID) -> None:
    """Nothing is known but papers and what speaks against them, until something more is sent."""
    business, told = business_of(context, applicant_id), _told_now(context, applicant_id)
    store_profile(context, applicant_id, BuiltProfile(None, business, told=told))


def _told_now(context: Context, applicant_id: UUID) -> Mapping[str, Any]:
    """What the registry says otherwise than papers; what is on record where papers do not open."""
    try:
        standing = standing_of(context, applicant_id, consents=(ConsentKind.TERMS,))
        identity = opened_identity(context, standing.onboarding_id, purpose="profile")
    except _UNOPENED:
        profile = context.session.get(Profile, applicant_id)
        kept = {} if profile is None else profile.known
        return {name: kept[name] for name in (REGISTRY,) if name in kept}
    allowed = consented_sources(context, applicant_id, Use.CREDIT) & {SourceKind.REGISTRY}
    return told_by_registry(context, answers_of(context, applicant_id, allowed), identity)


def _files(context: Context, applicant_id: UUID, rules: SourcesRules) -> Iterator[SourceFile]:
    """Files that count: read, of this business, consented to for credit, with no fault against."""
    allowed = consented_sources(context, applicant_id, Use.CREDIT)
    read = sa.select(SourceFile).where(
        SourceFile.applicant_id == applicant_id,
        SourceFile.business == business_of(context, applicant_id),
        SourceFile.state == FileState.READ,
        SourceFile.source.in_(allowed),
    )
    for file in context.session.scalars(read.order_by(SourceFile.begun_at)):
        if counts(file, rules):
            yield file


def _not_offered(context: Context) -> Iterator[Source]:
    """Sources of which no consent is offered: no advice names them."""
    for kind, source in (
        (SourceKind.REGISTRY, Source.REGISTRY),
        (SourceKind.REVIEWS, Source.REVIEWS),
    ):
        if not is_available(context, kind):
            yield source


def _piece(file: SourceFile) -> PieceKind:
    return PieceKind.INVOICE if file.source is SourceKind.INVOICES else PieceKind.STATEMENT


def _evidence(_identity: VerifiedIdentity) -> Iterator[EvidenceInput]:
    """What speaks for the owner's owning the business, apart from files."""
    yield EvidenceInput(kind="licence_and_face")


APPROVALS.register(renew_profile)
CHANGES.register(Follower(learnt=want_profile, forgotten=forget_profile))
JOBS.register(
    JobHandler(
        kind=BUILD_PROFILE,
        lane=Lane.LENDING,
        load=load_profile,
        perform=build_profile,
        store=store_profile,
        give_up=give_up_profile,
    )
)
