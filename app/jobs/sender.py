"""The sender of a run that trains elsewhere, as the server knows it: its key, its latest step, its share of bytes."""

import asyncio
import time

from skipscope.app.jobs import outside_refusals
from skipscope.app.jobs.outside_findings import OutsideFindings
from skipscope.model.watch.request import OutsideSchema

BURST_SECONDS = 4.0


class Sender:
    """One sender; `rate` bytes a second are its share, and what it did not use of the last seconds."""

    def __init__(self, key: str, schema: OutsideSchema, rate: float) -> None:
        self.key, self.schema = key, schema
        self.last_step = -1
        self.findings = OutsideFindings(schema)
        self.lock = asyncio.Lock()
        """Held by the one batch that is received at a time."""
        self._rate, self._left = rate, rate * BURST_SECONDS
        self._heard = self._paid = time.monotonic()

    @property
    def silent(self) -> float:
        """Return for how many seconds it has sent nothing."""
        return time.monotonic() - self._heard

    def pay(self, num_bytes: int) -> None:
        """Take bytes off its share; raise a Problem that says when to come again if they are too many."""
        now = time.monotonic()
        self._heard = now
        self._left = min(self._rate * BURST_SECONDS, self._left + (now - self._paid) * self._rate)
        self._paid = now
        if self._left <= 0:  # a batch larger than the share is accepted once, and waited for after
            raise outside_refusals.sends_too_much(self._rate, -self._left / self._rate)
        self._left -= num_bytes
