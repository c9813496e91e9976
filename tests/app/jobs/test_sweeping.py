"""What is deleted for room: each owner's own, the oldest without a name first, never the newest."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from skipscope.app.jobs.database import open_engine
from skipscope.app.jobs.sweeping import Swept, sweep
from skipscope.app.jobs.tables import JobRow

Given = tuple[str, str, int, str]
"""Owner, name, megabytes, state."""


def filled(folder: Path, given: list[Given]) -> Engine:
    """Return a database with these jobs, r0, r1 and so on, one a second."""
    engine = open_engine(folder)
    with engine.begin() as connection:
        for n, (client, name, size, state) in enumerate(given):
            row = {
                "id": f"r{n}", "client": client, "name": name, "state": state, "reason": None, "created": float(n),
                "ended": None, "request": "{}", "idempotency_key": None, "last_event": 0, "recorded": 0,
                "num_bytes": size * 10**6, "digest": None,
            }  # fmt: skip
            connection.execute(insert(JobRow).values(row))
    return engine


@pytest.mark.parametrize(
    ("given", "limit", "deleted", "named", "beyond"),
    [
        # the review's five: one large one, the newest, does not cost the others
        ([("a", "", 1, "done")] * 3 + [("a", "", 19, "done"), ("b", "", 150, "done")], 140, [], [], 32),
        # who recorded the most gives, the oldest first
        ([("a", "", 10, "done"), *[("b", "", 30, "done")] * 4], 100, ["r1"], [], 0),
        # one with a name after those without
        ([("a", "mine", 40, "done"), ("a", "", 40, "done"), ("a", "", 40, "done")], 80, ["r1"], [], 0),
        ([("a", "mine", 40, "done"), ("a", "", 40, "done"), ("a", "", 40, "done")], 40, ["r1", "r0"], ["r0"], 0),
        # of two owners, the one that has more; a name of the large one goes before nobody's share
        ([("a", "x", 60, "done"), ("a", "", 10, "done"), ("b", "", 40, "done"), ("b", "", 1, "done")], 80,
         ["r2"], [], 0),
        # one that is under way counts as its owner's, and does not go
        ([("a", "", 5, "done"), ("b", "", 5, "done"), ("b", "", 200, "running")], 100, ["r1"], [], 105),
        ([("a", "", 50, "done")], 0, [], [], 0),
    ],
)  # fmt: skip
def test_owners_give_in_turn(  # noqa: PLR0917
    tmp_path: Path, given: list[Given], limit: int, deleted: list[str], named: list[str], beyond: int
) -> None:
    engine = filled(tmp_path, given)
    with engine.begin() as connection:
        found = sweep(connection, 0.0, limit * 1e6)
        left = set(connection.execute(select(JobRow.id)).scalars())
    assert found == Swept(deleted, named, beyond * 10**6)
    assert left == {f"r{n}" for n in range(len(given))} - set(deleted)
    engine.dispose()


def test_old_ones_go_whatever_their_name_and_it_is_told(tmp_path: Path) -> None:
    engine = filled(tmp_path, [("a", "mine", 1, "done"), ("a", "", 1, "running"), ("a", "", 1, "done")])
    with engine.begin() as connection:
        assert sweep(connection, 2.0, 0) == Swept(["r0"], ["r0"], 0)
    engine.dispose()
