"""A kind of job: everything that workers, queue, store and API need to know of it. Adding one changes none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar, cast

from pydantic import BaseModel

from skipscope.model.describe.architecture import Architecture
from skipscope.model.jobs.command import Command, CommandError
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.job import Job
from skipscope.model.jobs.progress import Progress

R = TypeVar("R", bound=BaseModel)
Start = Callable[[Any, bytes | None], Job]


class Digest(Protocol):
    """A job in a few numbers, for lists of jobs."""

    def append(self, kind: str, data: bytes) -> None:
        """Take an event into account."""
        ...

    def dump(self) -> str | None:
        """Return the numbers as JSON; None if there are none yet."""
        ...


def _variants(request: BaseModel) -> Mapping[str, Architecture]:
    given: Sequence[Architecture] = dict(request).get("variants") or ()
    return {f"variants.{index}.depths": variant for index, variant in enumerate(given)}


def _progress(_: BaseModel) -> Digest:
    return Progress()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part: a job of any kind, with its name for people.

    A part's `progress`, `partial` and `result` are events for the whole alone; its other events are its own. `goes_on`:
    whether it begins from the networks that the first part returns by `Job.final`, once that has ended.
    """

    kind: "Kind[Any]"
    request: BaseModel
    name: str
    goes_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Split:
    """How a kind's jobs fall into parts, of a request each.

    `count` is the number of parts; a job of one part is done whole, by the kind's `start`. `part` returns one of them,
    by its number from 0. `seconds` returns the estimate of each, and may take long. `join` is the address of the
    function that makes the whole's result from the request and the latest findings of each part, None where it has
    none. `listed`: whether the parts are runs, which stay when the whole has ended.
    """

    count: Callable[[Any], int]
    part: Callable[[Any, int], Part]
    seconds: Callable[[Any], Sequence[float]]
    join: str
    listed: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[R]):
    """A kind of job, by name: its request, its estimate, its commands and where its code is.

    `start` is the address, "module:function", of the function that begins a job from a request and, if it goes on from
    a network's state, from that; only workers import it. `figure` is the address of the function that makes a result's
    figure, data and layout, in a theme. The page shows `why` the question of the title matters and what is done
    (`asks`), a sentence or two each, and begins with the fields of `example`, which shows it in a short time. Fields
    that kinds have in common mean the same in each: `variants`, `dataset`, `batch_size`, `steps`, `seed`; the server's
    limits hold for all of them. `keeps`: whether its jobs have networks whose weights are kept when they have ended.
    `rows` is the address of the function that makes a long table of a result.
    `networks` are those that are built, by the field that asks for them: the limit on layers holds for these.
    `split`: how its jobs fall into parts, if they do.
    `states` are those that a client may ask for.
    """

    name: str
    title: str
    request: type[R]
    start: str
    estimate: Callable[[R], Estimate]
    paper: str = ""
    figure: str = ""
    why: str = ""
    asks: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)
    noun: str = "experiment"
    commands: Mapping[str, type[Command]] = field(default_factory=dict)
    digest: Callable[[R], Digest] = _progress
    keeps: bool = False
    rows: str = "skipscope.model.jobs.rows:rows_of"
    networks: Callable[[R], Mapping[str, Architecture]] = _variants
    split: Split | None = None
    states: tuple[str, ...] = ("running", "paused", "stopped")

    def __post_init__(self) -> None:
        object.__setattr__(self, "example", dict(self.example))  # a kind goes to other processes

    def num_parts(self, request: BaseModel) -> int:
        """Return in how many parts a job is done; 0 if it is done whole."""
        num = 0 if self.split is None else self.split.count(request)
        return num if num > 1 else 0

    def command(self, request: BaseModel, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return a command as it is sent; raise ValidationError or CommandError if it is none of this kind."""
        name = next((name for name in self.commands if name in told), None)
        if name is None:
            given, taken = next(iter(told), ""), ", ".join(self.commands) or "none"
            raise CommandError(
                "No such change", f"{given}: this {self.noun} takes no such change.", field=given,
                value=told.get(given), limit=taken, remedy=f"start a {self.noun} of your own with it",
            )  # fmt: skip
        command = self.commands[name].model_validate(told)
        command.check(request)
        return command.model_dump()


def address_of(model: type[BaseModel]) -> str:
    """Return where a worker finds a class."""
    return f"{model.__module__}:{model.__qualname__}"


def imported(address: str) -> Any:
    """Return what is at an address, "module:name"; raise ValueError if nothing is."""
    module, _, name = address.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"{address!r}: nothing can be imported from there ({error}). Give module:name.") from error


def starter(address: str) -> Start:
    """Return the function that begins jobs of a kind."""
    return cast("Start", imported(address))
