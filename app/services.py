"""What every process of Kaihu opens at its start: database, vault, media, policy, log signer."""

from __future__ import annotations

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError

from app.settings import HOUSE, Settings
from audit.checkpoint import Signer
from kyc.services import Desk
from kyc.policy import load_policy
from kyc.decision.replay import keep_policy
from loans.policy import loan_policy
from loans.credit.scorer import ReferenceScorer, RiskScorer
from storage.database import Database
from storage.media import open_media
from storage.keyring import Vault, load_master_key


@dataclass(frozen=True)
class House:
    settings: Settings
    database: Database
    desk: Desk
    signer: Signer
    scorer: RiskScorer


def open_house(settings: Settings) -> House:
    """Raises what the settings, the policy or the database find wrong, before anyone is served."""
    settings.var.mkdir(parents=True, exist_ok=True)
    policy = load_policy(settings.policy)
    lending = loan_policy(policy)
    vault = Vault(load_master_key(settings.var / "keys" / "master.key"))
    return House(
        settings=settings,
        database=Database(settings.database),
        desk=Desk(vault, open_media(settings.media_url, settings.var / "media"), policy),
        signer=Signer(settings.log_origin, vault.derived_key("kaihu audit log")),
        scorer=ReferenceScorer(lending.scorecard),
    )


def remember_policy(house: House) -> None:
    """Keep the policy's text, so that what it decides can be replayed.

    Raises `kyc.replay.PolicyChanged` when its version was used with other numbers.
    """
    content = house.settings.policy.read_text("utf-8")
    version = house.desk.policy.version
    try:
        with house.database.transaction() as session:
            keep_policy(session, version, content)
    except IntegrityError:  # another process kept it at the same moment
        with house.database.transaction() as session:
            keep_policy(session, version, content)


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the database to a revision."""
    settings.var.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(HOUSE / "migrations"))
    config.attributes["url"] = settings.database
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
