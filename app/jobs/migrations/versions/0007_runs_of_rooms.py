"""Jobs that were started from a seat of a room know it; a seat knows the browser that sits there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; no job belonged to a room before."""
    op.add_column("runs", sa.Column("seat", sa.Integer(), nullable=True))
    op.create_index("ix_runs_seat", "runs", ["seat"])
    op.add_column("seats", sa.Column("client", sa.String(), nullable=True))
    op.create_index("ix_seats_client", "seats", ["client"])


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("ix_seats_client", "seats")
    op.drop_column("seats", "client")
    op.drop_index("ix_runs_seat", "runs")
    op.drop_column("runs", "seat")
