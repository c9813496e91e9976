"""What clients and readers were told by the server, over all its lives, and what must follow from that."""

from collections import Counter
from typing import Any

from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.live import TERMINAL
from skipscope.model.jobs.kind import Kind

FINAL = b'"final":true'


class Broken(Exception):  # noqa: N818  (what happened)
    """An invariant does not hold."""


def require(condition: object, what: str) -> None:
    """Raise Broken unless something is so."""
    if not condition:
        raise Broken(what)


class Witness:
    """Jobs that clients know of, and the events that readers have."""

    def __init__(self) -> None:
        self.made: dict[str, Kind[Any]] = {}
        self.new: set[str] = set()
        self.keys: dict[tuple[str, str], str] = {}
        self.told: dict[str, dict[int, tuple[str, bytes]]] = {}
        self.over: dict[str, int] = {}
        """The number of the last status that readers were told, by job."""
        self.doomed: set[str] = set()
        """Jobs of which somebody has asked that they be deleted."""
        self.deleted: set[str] = set()
        self.early: Counter[str] = Counter()
        """How many changes were accepted for a job that had no process yet."""

    def create(
        self, job_id: str, kind: Kind[Any], seat: Seat, key: str | None, *, new: bool, gone: bool = False
    ) -> None:  # fmt: skip
        """Take note of a job that the server says it has made, to a client that asked when it was deleted, or before.

        Two that ask at once, while a job is deleted, may have that one and its successor, in either order.
        """
        if gone:
            raise Broken(f"job {job_id} was deleted, and idempotency key {key} gives it again")
        if key is not None:
            known = self.keys.setdefault((seat.client, key), job_id)
            if known != job_id and not {known, job_id} & self.doomed:
                raise Broken(f"idempotency key {key} has given jobs {known} and {job_id}")
            if known in self.doomed:
                self.keys[seat.client, key] = job_id
        if new and job_id in self.new:
            raise Broken(f"job {job_id} was made twice")
        if new:
            self.new.add(job_id)
        self.made[job_id] = kind

    def tell(self, job_id: str, number: int, kind: str, data: bytes) -> None:
        """Take note of an event that a reader got."""
        told = self.told.setdefault(job_id, {})
        if told.setdefault(number, (kind, data)) != (kind, data):
            raise Broken(f"event {number} of job {job_id} was {told[number]} and is {(kind, data)}")
        if kind == "status" and FINAL in data:
            self.over.setdefault(job_id, number)
        if number > self.over.get(job_id, number):
            raise Broken(f"event {number} of job {job_id} follows its last status")

    def see(self, job_id: str, state: str, *, gone: bool, over: bool) -> None:
        """Take note of a state that a client was told who asked when the job was deleted, or its end was told."""
        if gone:
            raise Broken(f"job {job_id} was deleted, and is {state}")
        if over and state not in TERMINAL:
            raise Broken(f"job {job_id} is {state} after its readers were told its end")

    def miss(self, job_id: str) -> None:
        """Take note that the server says there is no such job."""
        if job_id in self.made and job_id not in self.doomed:
            raise Broken(f"job {job_id} is gone")

    def forget_end(self, job_id: str) -> None:
        """Let the last status be another one: the disk took nothing until the server ended."""
        number = self.over.pop(job_id, None)
        if number is not None:
            del self.told[job_id][number]
