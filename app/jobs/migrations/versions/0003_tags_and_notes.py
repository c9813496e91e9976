"""Jobs have tags and notes, and the few numbers of a training end with its last step."""

import json
import math
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; give each digest the last step that was recorded, which was often thinned out."""
    op.add_column("runs", sa.Column("tags", sa.String(), nullable=False, server_default="[]"))
    op.add_column("runs", sa.Column("notes", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    found = "SELECT key, digest FROM runs WHERE kind = 'training' AND digest IS NOT NULL"
    event = "SELECT data FROM events WHERE run = :key AND kind = '{}' ORDER BY number DESC LIMIT 1"
    for key, digest in connection.execute(sa.text(found)).all():
        schema, step = (
            connection.execute(sa.text(event.format(kind)), {"key": key}).scalar() for kind in ("schema", "step")
        )
        if schema is None or step is None:
            continue
        whole = _with_last(json.loads(digest), json.loads(schema), json.loads(step))
        connection.execute(
            sa.text("UPDATE runs SET digest = :digest WHERE key = :key"), {"key": key, "digest": json.dumps(whole)}
        )


def _with_last(digest: dict[str, Any], schema: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
    is_new = digest["steps"][-1] < step["step"]
    if is_new:
        digest["steps"].append(step["step"])
    tested = [found.get("test_accuracy") for found in step["variants"]]
    digest["test_step"] = step["step"] if any(one is not None for one in tested) else None
    for variant, names, found, test in zip(
        digest["variants"], schema["variants"], step["variants"], tested, strict=True
    ):
        variant["test_accuracy"] = test
        if is_new:
            gradients = found["values"]["gradient_rms"]
            first, last = (gradients[names["taps"].index(names["blocks"][at])] for at in (0, -1))
            variant["loss"].append(found["loss"])
            variant["accuracy"].append(found["accuracy"])
            variant["gradient_ratio"].append(_ratio(first, last))
    return digest


def _ratio(first: float | str | None, last: float | str | None) -> float | str | None:
    """Divide as the digest does: null where there is no ratio, words for what is not finite."""
    if first is None or last is None or last == 0:
        return None
    ratio = float(first) / float(last)
    return float(f"{ratio:.4g}") if math.isfinite(ratio) else str(ratio)


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("runs", "notes")
    op.drop_column("runs", "tags")
