"""What every process of Kaihu opens at its start, and how a use case is given a context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError

import app.registrations  # noqa: F401 (jobs, erasure, retention of every package)
from access.codes import CodeSource, RandomCodes
from access.passwords import PasswordHashing
from access.policy import SignInPolicy, StaffPolicy
from access.staff_sign_in import Decoy
from access.token_keys import RootedTokenKeys, TokenKeys
from app import policy
from app.installation import Use, adopt_keys, require_own_keys
from app.keys import open_keyring, open_log_key, open_signer
from app.settings import ROOT, Settings
from audit import chains
from audit.actions import Action
from audit.changes import note_change
from audit.checkpoint import LogKey, Signer
from audit.entries import digest
from audit.log_keys import FollowedLogKey
from core.actors import SYSTEM, Actor
from core.clock import Clock, SystemClock
from core.origin import INSIDE, Origin
from core.private_files import private_folder
from kyc.decision.replay import keep_policy
from kyc.face.coded_search import CodedSearch
from kyc.policy import FacePolicy
from kyc.policy_check import check_policy
from kyc.risk.duplicate_faces import FaceIndex
from loans.policy import LoanPolicy
from loans.profile.intents import IntentRules, sure_intent
from loans.reach.consented import ConsentedLane, IntentReader
from loans.reach.lane import ContactLane
from loans.sources.offered import OfferedRecords
from storage.blind_index import BlindIndex
from storage.context import Context, Resources, ServiceParts
from storage.database import Database
from storage.handlers import JOBS, JobRegistry
from storage.media import open_media


@dataclass(frozen=True)
class Services:
    """One process's settings, database and what its contexts share."""

    settings: Settings
    database: Database
    parts: ServiceParts
    jobs: JobRegistry = JOBS

    @contextmanager
    def transaction(self, actor: Actor = SYSTEM, origin: Origin = INSIDE) -> Iterator[Context]:
        """A context that may write; committed at the end, undone by an error."""
        with self.database.transaction() as session:
            yield self.parts.context(session, actor, origin)

    @contextmanager
    def reading(self, actor: Actor = SYSTEM, origin: Origin = INSIDE) -> Iterator[Context]:
        """A context that sees one state of the database and writes nothing."""
        with self.database.reading() as session:
            yield self.parts.context(session, actor, origin)

    @property
    def signer(self) -> Signer:
        """Signs the audit log; reads its key anew. For the process that sequences it.

        Raises `storage.keys.roots.RootKeyUnusable` where this process may not read the key.
        """
        return open_signer(self.settings)

    @property
    def log_key(self) -> LogKey:
        """By which the audit log's checkpoints are believed."""
        return self.parts.resources.get(LogKey)


def open_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Raises what settings, policy or keys have wrong, before anyone is served.

    `app.installation.KeysOfAnotherDatabase` where the database was sealed with other keys,
    `UsedOtherwise` where it is a sandbox's and these settings are not, or the other way round.
    """
    private_folder(settings.var)
    rules = policy.load(settings.policy)
    check_policy(rules)
    keyring = open_keyring(settings)
    faces = rules.section(FacePolicy)
    resources = Resources(
        FaceIndex(CodedSearch(faces.fusion, faces.search)),
    )
    resources.add(OfferedRecords, OfferedRecords.when(bool(settings.records_url)))
    hashing = PasswordHashing(rules.section(StaffPolicy).hashing)
    resources.add(CodeSource, RandomCodes())
    resources.add(ContactLane, ConsentedLane(_intent_reader(rules.section(LoanPolicy).intents)))
    resources.add(PasswordHashing, hashing)
    resources.add(Decoy, Decoy(keyring, hashing))
    lifetime_s = rules.section(SignInPolicy).access_s
    resources.add(TokenKeys, RootedTokenKeys(keyring.roots, lifetime_s))
    log_key = open_log_key(settings)
    resources.add(LogKey, log_key)
    resources.add(FollowedLogKey, log_key)
    parts = ServiceParts(
        clock=clock or SystemClock(),
        policy=rules,
        keyring=keyring,
        blind_index=BlindIndex(keyring),
        media=open_media(settings.media_url, settings.var / "media"),
        resources=resources,
    )
    opened = Services(settings, Database(settings.database), parts)
    with opened.reading() as context:
        require_own_keys(context, _use(settings))
    return opened


def _intent_reader(rules: IntentRules | None) -> IntentReader | None:
    return None if rules is None else lambda text: sure_intent(text, rules)


def remember_policy(services: Services) -> None:
    """Keep the policy's text, so that what it decides can be replayed; mark a new database.

    Raises `kyc.decision.replay.PolicyChanged` when its version was used with other numbers.
    """
    try:
        _remember(services)
    except IntegrityError:  # another process kept it at the same moment
        _remember(services)


def _remember(services: Services) -> None:
    with services.transaction() as context:
        adopt_keys(context, _use(services.settings))
        chains.adopt(context.session, chains.key_of(context.keyring))
        keep_policy(context)
        note_change(
            context,
            Action.POLICY_LOADED,
            context.policy.version,
            digest=digest(context.policy.content),
            policy=context.policy.version,
        )


def _use(settings: Settings) -> Use:
    return Use.SANDBOX if settings.sandbox else Use.PRODUCTION


def remember_models(services: Services, weights: Mapping[str, str]) -> None:
    """Record which weights this installation analyses with, when they are others than before."""
    with services.transaction() as context:
        note_change(context, Action.MODELS_CHANGED, "weights", digest=digest(dict(weights)))


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the database to a revision."""
    private_folder(settings.var)
    if revision == "base":
        command.downgrade(alembic_config(settings), revision)
    else:
        command.upgrade(alembic_config(settings), revision)


def alembic_config(settings: Settings) -> Config:
    """Where Alembic finds the migrations and the database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = settings.database
    return config
