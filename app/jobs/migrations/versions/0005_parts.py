"""Jobs may be parts of others: each has the id of the job that it is a part of, if there is one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing was a part before."""
    op.add_column("runs", sa.Column("part_of", sa.String(), nullable=True))
    op.create_index("ix_runs_part_of", "runs", ["part_of"])


def downgrade() -> None:
    """Drop the column."""
    op.drop_index("ix_runs_part_of", "runs")
    op.drop_column("runs", "part_of")
