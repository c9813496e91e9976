"""A job's events and request in the present form, whatever version of the server stored them; only trainings have older
forms."""

from collections.abc import Callable, Iterable

import orjson
from sqlalchemy import Connection, bindparam, select

from skipscope.app.jobs.tables import EventRow, JobRow
from skipscope.app.wire.upgrade import of_run
from skipscope.model.data.catalogue import LEAST_SIZES
from skipscope.model.train.kinds import TRAINING

Present = Callable[[str, bytes], bytes]
"""Returns an event of a kind in the present form."""

_ALL = (
    select(EventRow.data)
    .join(JobRow, JobRow.key == EventRow.run)
    .where(JobRow.kind == TRAINING.name, EventRow.run == bindparam("key"), EventRow.kind == bindparam("kind"))
    .order_by(EventRow.number)
)
_FIRST = _ALL.limit(1)


def in_present_form(connection: Connection, key: int) -> Present:
    """Return what brings the events of a job into the present form, by the version that its schema names."""
    schema = connection.execute(_FIRST, {"key": key, "kind": "schema"}).scalar()
    old = None if schema is None else of_run(schema, lambda: _changes(connection, key))
    return _as_it_is if old is None else old.upgrade


def with_size(connection: Connection, key: int, request: str) -> str:
    """Return a training's request with the size of its images, if it named none and ran at one below today's usual.

    Every network saw images of the data's own size once. Its size is in the schema, if it began.
    """
    if '"image_size":null' not in request:
        return request
    asked = orjson.loads(request)
    least = max(LEAST_SIZES.get(variant.get("stem"), 0) for variant in asked.get("variants", [{}]))
    if asked["image_size"] is not None or least == min(LEAST_SIZES.values()):
        return request
    schema = connection.execute(_FIRST, {"key": key, "kind": "schema"}).scalar()
    size = least if schema is None else orjson.loads(schema)["variants"][0]["architecture"]["image_size"]
    return orjson.dumps({**asked, "image_size": size}).decode() if size < least else request


def _changes(connection: Connection, key: int) -> Iterable[bytes]:
    return connection.execute(_ALL, {"key": key, "kind": "change"}).scalars()


def _as_it_is(kind: str, data: bytes) -> bytes:
    return data
