"""A room can be closed to those who are not in it; a seat knows whether somebody came to it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; somebody is at each seat that was taken before."""
    op.add_column("rooms", sa.Column("closed", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("seats", sa.Column("came", sa.Boolean(), nullable=False, server_default="1"))
    # whether somebody ever answered is asked of each seat
    op.create_index("ix_answers_seat", "answers", ["seat"])


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("ix_answers_seat", "answers")
    op.drop_column("seats", "came")
    op.drop_column("rooms", "closed")
