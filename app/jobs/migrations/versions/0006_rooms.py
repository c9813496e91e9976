"""Rooms of classes: their seats, the questions that were sent, one answer a seat and question."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rooms",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("free_names", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("keys", sa.String(), nullable=False),
        sa.Column("phrase", sa.String(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=True),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("ends", sa.Double(), nullable=True),
        sa.Column("remaining", sa.Double(), nullable=True),
        sa.Column("screen", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rooms")),
        sa.UniqueConstraint("code", name=op.f("uq_rooms_code")),
    )
    op.create_table(
        "seats",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("joined", sa.Double(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("network", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name=op.f("fk_seats_room_rooms"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seats")),
        sa.UniqueConstraint("room", "member", name=op.f("uq_seats_room_member")),
        sa.UniqueConstraint("room", "name", name=op.f("uq_seats_room_name")),
    )
    op.create_table(
        "questions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("truth", sa.String(), nullable=True),
        sa.Column("revealed", sa.Boolean(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name=op.f("fk_questions_room_rooms"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_room"), "questions", ["room"])
    op.create_table(
        "answers",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("sure", sa.Integer(), nullable=True),
        sa.Column("first", sa.String(), nullable=True),
        sa.Column("first_sure", sa.Integer(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"], ["questions.key"], name=op.f("fk_answers_question_questions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seat"], ["seats.key"], name=op.f("fk_answers_seat_seats"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
        sa.UniqueConstraint("question", "seat", name=op.f("uq_answers_question_seat")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("answers", "questions", "seats", "rooms"):
        op.drop_table(table)
