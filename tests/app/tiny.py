"""A kind of job that the server does not know: it adds squares, slowly, and can be told to multiply them."""

import time
from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from skipscope.model.jobs.command import Command, CommandError
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.events import partial, progress, result
from skipscope.model.jobs.job import Event, Job, JobFailed, Stopped
from skipscope.model.jobs.kind import Kind


class SquaresRequest(BaseModel):
    """How many squares, and how long each takes; one that cannot be had ends the job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    num_squares: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 4
    seconds: Annotated[float, Field(ge=0, le=10)] = 0.0
    impossible: int | None = None
    megabytes: Annotated[int, Field(ge=0)] = 1


class Multiply(Command):
    """Multiply the squares that follow."""

    factor: int

    def check(self, request: SquaresRequest) -> None:
        """Raise CommandError for a factor that is larger than the number of squares."""
        if self.factor > request.num_squares:
            raise CommandError(
                "Too large", f"factor={self.factor}: at most {request.num_squares}.", field="factor",
                value=self.factor, limit=str(request.num_squares), remedy="use a smaller one",
            )  # fmt: skip


class Squares:
    """The squares until now."""

    def __init__(self, request: SquaresRequest) -> None:
        self.request = request
        self.factor = 1
        self.found: list[int] = []

    def events(self) -> Generator[Event | None]:
        """Find one after the other; what is there counts, also if the job is stopped."""
        total = self.request.num_squares
        try:
            for number in range(total):
                if number == self.request.impossible:
                    raise JobFailed(f"{number} has no square today")
                time.sleep(self.request.seconds)
                self.found.append(self.factor * number * number)
                yield progress(number + 1, total, (total - number - 1) * self.request.seconds)
                yield partial(self.to_dict()) if number % 2 else None
        except Stopped:
            pass
        yield result(self.to_dict(), {"data": [{"type": "bar", "y": self.found}], "layout": {}})

    def to_dict(self) -> dict[str, Any]:
        """Return what is found."""
        return {"squares": self.found}

    def multiply(self, told: Mapping[str, Any]) -> Event:
        """Multiply from now on."""
        if told["factor"] == 0:
            raise ValueError("nothing would be left")
        self.factor = told["factor"]
        return Event("change", {"factor": self.factor})


def start(request: SquaresRequest, _: bytes | None) -> Job:
    """Begin to find squares."""
    squares = Squares(request)
    return Job(squares.events(), {"factor": squares.multiply})


def estimate(request: SquaresRequest) -> Estimate:
    """Return the seconds that were asked for."""
    return Estimate(request.num_squares * request.seconds, request.megabytes * 1_000_000)


SQUARES = Kind(
    name="squares", title="Squares", paper="Euclid, Elements II", request=SquaresRequest,
    start="tests.app.tiny:start", estimate=estimate, commands={"factor": Multiply},
)  # fmt: skip
LAMBDAS = replace(SQUARES, name="lambdas", estimate=lambda request: Estimate(request.seconds, 1_000_000))
"""A kind that cannot go to another process whole."""
