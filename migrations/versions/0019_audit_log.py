"""the audit log: bytes as they were hashed, whose data, chains of what waits, tiles"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WIDTH = 256  # hashes of a tile
COLUMNS = (
    sa.Column("form", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("applicant_id", sa.Uuid(), nullable=True),
    sa.Column("loan_id", sa.Uuid(), nullable=True),
    sa.Column("entry", sa.LargeBinary(), nullable=True),
    sa.Column("chain", sa.Integer(), nullable=True),
    sa.Column("number", sa.Integer(), nullable=True),
    sa.Column("seal", sa.LargeBinary(), nullable=True),
)
INDEXES = {
    "ix_audit_events_actor_id": ["actor_id", "at"],
    "ix_audit_events_action": ["action", "at"],
    "ix_audit_events_onboarding_id": ["onboarding_id", "at"],
    "ix_audit_events_applicant_id": ["applicant_id", "at"],
    "ix_audit_events_at": ["at"],
    "ix_audit_events_chain": ["chain", "number"],
}
OLD_INDEXES = {
    "ix_audit_events_action": ["action"],
    "ix_audit_events_onboarding_id": ["onboarding_id"],
}


def upgrade() -> None:
    """Add columns and tables, and compute the tiles of the tree that there is.

    `audit_events.data` stays, for events of the first form; others leave it empty.
    """
    for column in COLUMNS:
        op.add_column("audit_events", column.copy())
    for name in OLD_INDEXES:
        op.drop_index(name, "audit_events")
    for name, columns in INDEXES.items():
        op.create_index(name, "audit_events", columns)
    op.drop_column("audit_checkpoints", "edge")
    _create_tables()
    _fill_tiles()


def downgrade() -> None:
    """Drop them. What was logged since stays readable as rows, and no longer verifies."""
    for table in ("audit_verifications", "audit_chains", "audit_tiles"):
        op.drop_table(table)
    op.add_column("audit_checkpoints", sa.Column("edge", sa.LargeBinary(), nullable=True))
    for name in INDEXES:
        op.drop_index(name, "audit_events")
    for name, columns in OLD_INDEXES.items():
        op.create_index(name, "audit_events", columns)
    for column in reversed(COLUMNS):
        op.drop_column("audit_events", column.name)


def _create_tables() -> None:
    op.create_table(
        "audit_tiles",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_audit_tiles")),
    )
    op.create_table(
        "audit_chains",
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_chains")),
    )
    op.create_table(
        "audit_verifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_verifications")),
    )


def _fill_tiles() -> None:
    """C2SP tlog-tiles of the leaves that have a position, whatever they are."""
    events = sa.table("audit_events", sa.column("leaf", sa.LargeBinary), sa.column("position"))
    tiles = sa.table(
        "audit_tiles", sa.column("level"), sa.column("number"), sa.column("hashes", sa.LargeBinary)
    )
    leaves = sa.select(events.c.leaf).where(events.c.position.is_not(None))
    hashes = list(op.get_bind().scalars(leaves.order_by(events.c.position)))
    level = 0
    while hashes:
        rows = [
            {"level": level, "number": number, "hashes": b"".join(hashes[at : at + WIDTH])}
            for number, at in enumerate(range(0, len(hashes), WIDTH))
        ]
        op.bulk_insert(tiles, rows)
        whole = range(0, len(hashes) // WIDTH * WIDTH, WIDTH)
        hashes = [_root(hashes[at : at + WIDTH]) for at in whole]
        level += 1


def _root(hashes: list[bytes]) -> bytes:
    """The root of a whole tile (RFC 6962, 2.1)."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]
