"""A sender's batch as the events of its run, with the diagnosis of each step. A large batch is read in a process of its
own: 2,000 junctions cost 40 ms, in which the event loop would serve nobody."""

from collections.abc import Sequence

import structlog

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy, Event
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.desk import Desk
from skipscope.app.jobs.outside_events import step_event
from skipscope.app.jobs.outside_findings import OutsideFindings
from skipscope.app.jobs.sender import Sender
from skipscope.model.watch.batch import decode
from skipscope.model.watch.request import OutsideSchema

ASIDE = 8192
"""Bytes of a batch that is read at once, within 2 ms."""
log = structlog.get_logger("jobs")


class OutsideReading:
    """Read the batches of all senders; `desk` is the process for large ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def events(self, sender: Sender, seat: Seat, body: bytes) -> Sequence[Event]:
        """Return the steps that are new, in their order. Raise FieldError for a body that is no batch of the run's.

        While the desk is busy or lost, steps go without a diagnosis: no record waits for one.
        """
        wish = sender.findings, sender.schema, body, sender.last_step
        if len(body) < ASIDE:
            sender.findings, events = read(*wish)
            return events
        try:
            sender.findings, events = await self._desk.compute(seat, read, *wish)
        except (Busy, Problem) as error:
            log.warning("outside_not_judged", reason=str(error))
            return [step_event(row) for row in decode(body, sender.schema) if row.step > sender.last_step]
        return events


def read(
    findings: OutsideFindings, schema: OutsideSchema, body: bytes, last_step: int
) -> tuple[OutsideFindings, list[Event]]:
    """Return the events of a batch's steps after `last_step`, and the findings to go on with."""
    rows = [row for row in decode(body, schema) if row.step > last_step]
    return findings, [step_event(row, findings.of(row)) for row in rows]
