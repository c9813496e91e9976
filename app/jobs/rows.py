"""What the store keeps: a run, and an event of one."""

from dataclasses import dataclass
from typing import NamedTuple


class Stored(NamedTuple):
    """An event as it is kept: number in the stream, kind, step where it has one, JSON."""

    number: int
    kind: str
    step: int | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Saved:
    """A run as it is kept."""

    key: int
    id: str
    client: str
    name: str
    state: str
    reason: str | None
    created: float
    ended: float | None
    request: str
    last_event: int
    recorded: int
    num_bytes: int
    digest: str | None
