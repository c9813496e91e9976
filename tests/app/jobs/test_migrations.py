"""Databases of earlier versions are brought up to date and read."""

import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, text

from skipscope.app.jobs.database import FILE, MIGRATIONS
from skipscope.app.jobs.store import Store
from tests.app.jobs.test_store import row, using


def older(folder: Path, version: str) -> Engine:
    """Make a database of an earlier version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{folder / FILE}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    return engine


def insert(connection: Connection, table: str, **values: object) -> None:
    names = ", ".join(values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{n}' for n in values)})"), values)  # noqa: S608


def test_a_digest_that_ended_before_the_run_is_given_its_last_step(tmp_path: Path) -> None:
    engine = older(tmp_path, "0002")
    column = [0.5, 0.67]
    variant = {"label": "net", "loss": [2.0, 1.0], "accuracy": column, "gradient_ratio": [1.0, None]}
    schema = {"variants": [{"taps": ["stem", "a", "b"], "blocks": ["a", "b"]}]}
    last = {"loss": 0.9, "accuracy": 0.61, "test_accuracy": 0.11, "values": {"gradient_rms": [0, 3, "inf"]}}
    with engine.begin() as connection:
        for name, digest in (("fork", {"steps": [22, 58], "variants": [variant]}), ("none", None)):
            told = None if digest is None else json.dumps(digest)
            insert(connection, "runs", **{**row(name), "state": "done", "last_event": 2, "digest": told})
        for number, (kind, step, data) in enumerate(
            (("schema", None, schema), ("step", 59, {"step": 59, "variants": [last]})), start=1
        ):
            data_ = json.dumps(data).encode()
            insert(connection, "events", run=1, number=number, kind=kind, step=step, data=data_)
    engine.dispose()

    async def act(store: Store) -> None:
        fork = await store.find("fork")
        assert fork is not None
        assert (fork.tags, fork.notes) == ("[]", "")
        digest = json.loads(fork.digest or "")
        (found,) = digest["variants"]
        assert (digest["steps"], digest["test_step"]) == ([22, 58, 59], 59)
        assert (found["accuracy"], found["loss"], found["test_accuracy"]) == ([0.5, 0.67, 0.61], [2.0, 1.0, 0.9], 0.11)
        assert found["gradient_ratio"] == [1.0, None, 0.0]
        none = await store.find("none")
        assert none is not None
        assert none.digest is None

    using(tmp_path, act)


def test_a_database_from_before_there_were_kinds_is_read_and_its_runs_are_trainings(tmp_path: Path) -> None:
    engine = older(tmp_path, "0001")
    with engine.begin() as connection:
        old = {**row("old"), "state": "done", "ended": 2.0, "last_event": 1}
        insert(connection, "runs", **old)
        insert(connection, "events", run=1, number=1, kind="status", step=None, data=b"{}")
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
