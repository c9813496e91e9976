"""The message that begins a job in a worker: the address of its kind's code, the request, and the way to begin."""

from pathlib import Path
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel

from skipscope.model.describe.devices import DeviceName
from skipscope.model.jobs.job import Job
from skipscope.model.jobs.kind import Kind, address_of, imported, starter


class Order(NamedTuple):
    """A job to begin; `max_rate` are events a second, 0 for any number. `keep` is the file for what is kept of it."""

    start: str
    model: str
    request: dict[str, Any]
    paused: bool
    max_rate: float
    keep: str | None = None

    @classmethod
    def of(
        cls, kind: Kind[Any], request: BaseModel, *, paused: bool = False, max_rate: float = 0.0,
        keep: Path | None = None,
    ) -> "Order":  # fmt: skip
        """Return the order for a job of a kind."""
        wanted = None if keep is None else str(keep)
        whole = {**request.model_dump(mode="json"), **_unkept(request)}
        return cls(kind.start, address_of(kind.request), whole, paused, max_rate, wanted)

    @property
    def device(self) -> DeviceName:
        """Return the device that the job works on; the CPU for kinds that know no other."""
        return self.request.get("device", "cpu")

    @classmethod
    def decode(cls, body: bytes) -> "Order":
        """Read an order."""
        return cls(**orjson.loads(body))

    def encode(self) -> bytes:
        """Write the order for a pipe."""
        return orjson.dumps(self._asdict())

    def begin(self, state: bytes | None) -> Job:
        """Import the code of the kind and begin the job."""
        model: type[BaseModel] = imported(self.model)
        return starter(self.start)(model.model_validate(self.request), state)


def _unkept(request: BaseModel) -> dict[str, Any]:
    """Return the fields that a request's JSON leaves out, so that the store has none of them; the worker has."""
    fields = type(request).model_fields.items()
    return {name: getattr(request, name) for name, field in fields if field.exclude}
