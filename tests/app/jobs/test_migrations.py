"""Databases of earlier versions are brought up to date and read."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from skipscope.app.jobs.database import FILE, MIGRATIONS
from skipscope.app.jobs.store import Store
from tests.app.jobs.test_store import row, using


def test_a_database_from_before_there_were_kinds_is_read_and_its_runs_are_trainings(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old = {**row("old"), "state": "done", "ended": 2.0, "last_event": 1}
        connection.execute(
            text(f"INSERT INTO runs ({', '.join(old)}) VALUES ({', '.join(f':{name}' for name in old)})"),  # noqa: S608
            old,
        )
        connection.execute(
            text("INSERT INTO events (run, number, kind, step, data) VALUES (1, 1, 'status', NULL, :data)"),
            {"data": b"{}"},
        )
    engine.dispose()

    async def act(store: Store) -> None:
        saved = await store.find("old")
        assert saved is not None
        assert (saved.kind, saved.state, saved.created > 0) == ("training", "done", True)
        assert [event.data for event in await store.events(saved.key, 0)] == [b"{}"]
        key = await store.create(row("new", kind="squares"))
        assert (await store.listing(offset=0, limit=9, kinds=["training"]))[0] == 1
        found = await store.listing(offset=0, limit=9, kinds=["squares"])
        assert [one.key for one in found[1]] == [key]
        assert (await store.listing(offset=0, limit=9, kinds=[]))[0] == 0

    using(tmp_path, act)
