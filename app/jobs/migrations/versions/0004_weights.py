"""Runs have weights: how large the file of those that are kept is, and why there is none."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing was kept of earlier runs."""
    op.add_column("runs", sa.Column("weights_bytes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("weights_note", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("runs", "weights_note")
    op.drop_column("runs", "weights_bytes")
