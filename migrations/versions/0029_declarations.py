"""declarations hold role, industry, amount, payees and the promise"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TEXTS = (
    *("role", "industry", "consistency", "device"),
    *("promise_version", "promise_language", "promise_sha256"),
)


def added() -> tuple[sa.Column[Any], ...]:
    """The columns, empty in declarations of before."""
    return (
        *(sa.Column(name, sa.String(), nullable=True) for name in TEXTS),
        sa.Column("purpose_text", sa.LargeBinary(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("tenor_months", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
    )


def upgrade() -> None:
    """Add the columns and `declared_payees`."""
    for column in added():  # native ALTERs: applications refer to this table
        op.add_column("declarations", column)
    op.create_table(
        "declared_payees",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declarations.id"], name=op.f("fk_declared_payees_declaration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_payees")),
    )
    op.create_index(
        op.f("ix_declared_payees_declaration_id"), "declared_payees", ["declaration_id"]
    )


def downgrade() -> None:
    """Drop them: what was declared besides occupation and purpose is lost."""
    op.drop_table("declared_payees")
    for column in reversed(added()):
        op.drop_column("declarations", column.name)
