"""A run as data of a page: its request, networks and all that was said, for a file that replays it. Read and written
page by page, so that a long run takes no more memory than a short one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, func, select

from skipscope.app.errors import Problem
from skipscope.app.jobs.store import Store
from skipscope.app.jobs.tables import EventRow
from skipscope.app.jobs.versions import in_present_form
from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.summary import summarize

MAX_BYTES = 32_000_000
"""Of steps in a file, which a browser reads at once: of longer runs every second, every fourth, … is in it."""
END = b'"events":[]}}'


class Extent(NamedTuple):
    """The part of a run that goes into a file: its events up to a last one, some of its steps, and the last."""

    last: int
    schema: bytes
    first_step: bytes
    last_step: int
    num_steps: int
    num_bytes: int
    every: int

    @property
    def thinned(self) -> str | None:
        """Say which steps are left out; None where none is."""
        if self.every == 1:
            return None
        return (
            f"This file holds one of {self.every} recorded steps, and the last one: all {self.num_steps:,} would take "
            f"{self.num_bytes / 1e6:,.0f} MB. The run's history on the server has them all."
        )


class Recordings:
    """Write runs for pages that replay them. One page of events is read at a time, whoever asks for what."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._line = asyncio.Lock()

    async def extent(self, run: dict[str, Any], key: int) -> Extent:
        """Measure a run as it is now; raise a Problem where it has no recorded step."""
        async with self._line:
            found = await asyncio.to_thread(self._store.read, lambda one: _extent(one, key, run["last_event"]))
        if found is None:
            raise Problem(
                409, "Nothing was recorded", f"Run {run['id']} is {run['state']} and has no recorded step to replay.",
                remedy="let it train a step first",
            )  # fmt: skip
        return found

    async def write(self, run: dict[str, Any], key: int, extent: Extent) -> AsyncIterator[bytes]:
        """Yield the first data of the page as JSON that may stand in a script element."""
        whole = orjson.dumps(await asyncio.to_thread(first_data, run, extent))
        assert whole.endswith(END)
        yield _safe(whole.removesuffix(b"]}}"))
        between, number, rank = b"", 0, 0
        while number < extent.last:
            async with self._line:
                page = await self._store.events(key, number)
            parts: list[bytes] = []
            for event in page:
                number = event.number
                if number > extent.last:
                    break
                if event.kind == "step":
                    rank += 1
                    if (rank - 1) % extent.every and number != extent.last_step:
                        continue
                parts += (between, b'{"id":%d,"type":"%s","data":' % (number, event.kind.encode()), event.data, b"}")
                between = b","
            if parts:
                yield _safe(b"".join(parts))
            if not page:
                break
        yield b"]}}"


def first_data(run: dict[str, Any], extent: Extent) -> dict[str, Any]:
    """Return the first data of a page that replays a run, without its events; a first step stands in for the probe."""
    networks = adapt_all(TrainingRequest.model_validate(run["request"]))
    summaries = [summarize(one).to_dict(edges=False) for one in networks]
    schema, step = orjson.loads(extent.schema), orjson.loads(extent.first_step)
    both = zip(schema["variants"], step["variants"], strict=True)
    return {
        "descriptions": run["request"]["variants"],
        "summaries": summaries,
        "probe": {
            "comparison": step["comparison"],
            "batch": step.get("batch"),
            "headline": step["headline"],
            "variants": [{**a, **b, "theory": None, "course": None} for a, b in both],
        },
        "settings": {name: value for name, value in run["request"].items() if name != "variants"},
        "recording": {"run": run, "summaries": summaries, "events": []},
    }


def _extent(connection: Connection, key: int, last: int) -> Extent | None:
    of_run = (EventRow.run == key) & (EventRow.number <= last)
    steps = of_run & (EventRow.kind == "step")
    sizes = select(func.count(), func.coalesce(func.sum(func.length(EventRow.data)), 0), func.max(EventRow.number))
    num_steps, num_bytes, last_step = connection.execute(sizes.where(steps)).one()
    schema = connection.execute(select(EventRow.data).where(of_run, EventRow.kind == "schema").limit(1)).scalar()
    first = select(EventRow.data).where(steps).order_by(EventRow.number).limit(1)
    step = connection.execute(first).scalar()
    if schema is None or step is None:
        return None
    every = 1
    while num_bytes / every > MAX_BYTES:
        every *= 2
    present = in_present_form(connection, key)
    return Extent(last, present("schema", schema), present("step", step), last_step, num_steps, num_bytes, every)


def _safe(json: bytes) -> bytes:
    # in JSON it stands in texts alone
    return json.replace(b"<", b"\\u003c")
