"""Each job has a kind; those that are there are trainings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("runs", sa.Column("kind", sa.String(), nullable=False, server_default="training"))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("runs", "kind")
