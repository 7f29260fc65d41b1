"""constraints take the names of the models' convention"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from alembic import op
from alembic.operations import BatchOperations

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


class Rename(NamedTuple):
    """A constraint with two names: a foreign key if it has a target, else a unique constraint."""

    before: str
    after: str
    columns: tuple[str, ...]
    target: str = ""


# No table here is the target of a foreign key. SQLite renames by a copy of the table, and dropping
# the original of a target would fail or cascade while `PRAGMA foreign_keys` is on.
RENAMES = {
    "calls": (
        Rename(
            "fk_calls_applicant_id_applicants",
            "fk_calls_applicant_id",
            ("applicant_id",),
            "applicants",
        ),
    ),
    "deliveries": (
        Rename(
            "fk_deliveries_event_id_audit_events",
            "fk_deliveries_event_id",
            ("event_id",),
            "audit_events",
        ),
    ),
    "devices": (
        Rename(
            "fk_devices_applicant_id_applicants",
            "fk_devices_applicant_id",
            ("applicant_id",),
            "applicants",
        ),
    ),
    "uploads": (
        Rename(
            "fk_uploads_onboarding_id_onboardings",
            "fk_uploads_onboarding_id",
            ("onboarding_id",),
            "onboardings",
        ),
    ),
    "verdicts": (
        Rename(
            "fk_verdicts_onboarding_id_onboardings",
            "fk_verdicts_onboarding_id",
            ("onboarding_id",),
            "onboardings",
        ),
        Rename(
            "uq_verdicts_onboarding_id_reviewer",
            "uq_verdicts_onboarding_id",
            ("onboarding_id", "reviewer"),
        ),
    ),
}


def upgrade() -> None:
    """Rename the foreign keys of five tables and the unique constraint of `verdicts`."""
    for table, renames in RENAMES.items():
        _rename(table, renames)


def downgrade() -> None:
    """Give back the names of the earlier migrations."""
    for table, renames in RENAMES.items():
        _rename(table, [each._replace(before=each.after, after=each.before) for each in renames])


def _rename(table: str, renames: Iterable[Rename]) -> None:
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table(table, recreate="always") as batch:
            for rename in renames:
                _replace(batch, rename)
        return
    for rename in renames:
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {rename.before} TO {rename.after}")


def _replace(batch: BatchOperations, rename: Rename) -> None:
    columns = list(rename.columns)
    name = op.f(rename.after)
    if rename.target:
        batch.drop_constraint(op.f(rename.before), type_="foreignkey")
        batch.create_foreign_key(name, rename.target, columns, ["id"])
    else:
        batch.drop_constraint(op.f(rename.before), type_="unique")
        batch.create_unique_constraint(name, columns)
