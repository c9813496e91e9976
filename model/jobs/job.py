"""A job under way, as its worker sees it: a generator of events, and commands that it takes between two of them."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Event(NamedTuple):
    """One event of a job for all its readers: its kind, its data, and its step if it has one."""

    kind: str
    data: Mapping[str, Any]
    step: int | None = None


class Reply(NamedTuple):
    """The answer to a command, for its sender alone: data, and bytes for the file that the command named."""

    data: Mapping[str, Any]
    file: str
    content: bytes


class Stopped(Exception):  # noqa: N818  (not a mistake)
    """Thrown into a job's generator to stop it: one that catches it may yield what there is until then."""


class JobFailed(Exception):  # noqa: N818
    """Raised by a job's generator that ends without what was asked for; the message is for people."""


CommandHandler = Callable[[Mapping[str, Any]], Event | Reply | None]


@dataclass(frozen=True, slots=True)
class Job:
    """A job under way.

    `events` works in pieces and yields after each: an event, or None if there is nothing to tell. Pausing is not asking
    for the next one. `commands` are called between two pieces, by the name of the field that the command has; each
    returns an event or a reply, if there is one, and raises ValueError to refuse. `schema` describes the columns of
    the events, and is sent before them. The command `step` says that the next piece is asked for singly. `final`
    returns what is kept of a job that is done or stopped: the networks' weights.
    """

    events: Generator[Event | None, None, None]
    commands: Mapping[str, CommandHandler] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    final: Callable[[], bytes] | None = None
