"""answers and notes are sealed; measurements hold no values of people"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CODES = ("code_repaired", "code_from_qr", "region_differs")  # flags that named what was read
AT_ONCE = 500

checks = sa.table("checks", sa.column("id", sa.Uuid), sa.column("measurements", sa.JSON))


def upgrade() -> None:
    """Drop answers that were kept in the clear, make room for sealed ones, clean measurements.

    A request of the last 24 hours that is sent again is carried out again, once.
    """
    op.drop_table("idempotency_keys")
    op.create_table(
        "idempotency_keys",
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("key_blind", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("caller_id", "key_blind", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("verdicts") as table:  # nothing refers to it
        table.add_column(sa.Column("sealed_note", sa.LargeBinary(), nullable=True))
        table.alter_column("note", existing_type=sa.String(), nullable=True)
    _clean_measurements()


def downgrade() -> None:
    """The tables as they were; notes that were sealed are lost."""
    op.execute("UPDATE verdicts SET note = '' WHERE note IS NULL")
    with op.batch_alter_table("verdicts") as table:
        table.alter_column("note", existing_type=sa.String(), nullable=False)
        table.drop_column("sealed_note")
    op.drop_table("idempotency_keys")
    op.create_table(
        "idempotency_keys",
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("caller_id", "key", name=op.f("pk_idempotency_keys")),
    )


def _clean_measurements() -> None:
    connection = op.get_bind()
    last = None
    while True:
        page = sa.select(checks).order_by(checks.c.id).limit(AT_ONCE)
        if last is not None:
            page = page.where(checks.c.id > last)
        rows = connection.execute(page).all()
        if not rows:
            return
        last = rows[-1].id
        for row in rows:
            if isinstance(row.measurements, dict) and _clean(row.measurements):
                changed = sa.update(checks).where(checks.c.id == row.id)
                connection.execute(changed.values(measurements=row.measurements))


def _clean(measurements: dict[str, Any]) -> bool:
    """Take out what a file said of its recorder and codes that were read; whether any was there."""
    found = measurements.pop("written_by", None) is not None
    flags = measurements.get("flags")
    for flag in flags if isinstance(flags, list) else ():
        if isinstance(flag, dict) and flag.get("name") in CODES and flag.get("measures"):
            flag["measures"], found = {}, True
    return found
