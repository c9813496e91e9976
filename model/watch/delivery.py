"""The way of batches to a server, or into a file while there is none: in order, each at least once, and the server
keeps each step once."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from skipscope.model.watch.link import LATER, Link, Refused, Unreachable
from skipscope.model.watch.runfile import RunFile, batches

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
QUIET = 60.0
"""An outage that begins within so many seconds of the last one that was told is told no more, nor is its end."""
ENDED = ("done", "stopped", "failed", "interrupted")
OFF = (401, 403)
GONE, OVER = 404, 409


class Delivery:
    """One run. Used by one thread, and by another once that one has ended."""

    def __init__(
        self, link: Link | None, key: str, run: dict[str, Any], path: Path, say: Callable[[str], None]
    ) -> None:
        self._link, self._key, self._run, self.path, self._say = link, key, run, path, say
        self._run_id: str | None = None
        self._file: RunFile | None = None
        self._place = 0
        """The place in the file up to which batches are delivered."""
        self._wait, self._again = FIRST_WAIT, 0.0
        self._has_told = False
        self._told: float | None = None
        """When the last outage was told."""
        self._is_out = False
        """Whether an outage was told whose end is to be told."""
        self._state = ""
        self.is_wanted, self.looking = True, False
        """Whether records are wanted at all, and those of every step."""
        self._queue: deque[bytes] = deque()
        self._is_over = False

    @property
    def has_rest(self) -> bool:
        """Return whether something lies in the file that was not delivered."""
        return self._file is not None

    def deliver(self, bodies: Iterable[bytes]) -> None:
        """Send batches, after those of the file; else write them there."""
        self._queue.extend(bodies)
        while self._queue and not self._is_over:
            body = self._queue[0]
            if not (self._drain() and self._send(body)) and not self._is_over:
                self._keep(body)
            if not self._is_over:
                self._queue.popleft()

    def take_over(self, bodies: Iterable[bytes]) -> None:
        """Write into the file what another thread is at, and more: that thread sends nothing any more."""
        self._is_over = True
        for body in [*self._queue, *bodies]:
            self._keep(body)
        if self._file is not None:
            self._file.close()

    def poll(self) -> None:
        """Give a sign of life, and learn whether somebody looks; send what lies in the file."""
        if self._drain() and self._run_id is not None:
            self._send(b"")

    def finish(self, state: str, reason: str = "") -> None:
        """End the run on the server, if everything has come there; else its file has the rest."""
        if self._link is not None:
            self._again = 0.0  # this is the last try
            end = {"end": state, **({"reason": reason} if reason else {})}
            if self._drain() and self._run_id is not None:
                self._send(b"", **end)
        if self._link is not None:  # it may have been given up
            self._link.close()
        if self._file is not None:
            self._file.close()

    def _keep(self, body: bytes) -> None:
        """Write a batch into the file."""
        if not self.is_wanted:
            return
        try:
            if self._file is None:
                self._file = RunFile(self.path, self._key, self._run)
                self._place = self._file.path.stat().st_size
            self._file.append(body)
        except OSError as error:
            self.is_wanted = False
            self._say(f"the run cannot be kept in {self.path}: {error.strerror}. Nothing more is recorded.")

    def _drain(self) -> bool:
        """Send the batches of the file; return whether nothing is left and the server answers."""
        if self._link is None or time.monotonic() < self._again:
            return False
        if self._run_id is None and not self._begin():
            return False
        if self._file is not None:
            for body, place in batches(self._file.path, self._place):
                if not self._send(body):
                    return False
                self._place = place
            self._file.remove()
            self._file = None
            if self._is_out:
                self._is_out = False
                self._say(f"{self._address} answers again: all records that waited are delivered.")
        return True

    def _begin(self) -> bool:
        link = self._link
        assert link is not None

        def begin() -> None:
            self._run_id = link.begin(self._key, self._run)

        if not self._ask(begin):
            return False
        if not self._has_told:
            self._has_told = True
            assert self._run_id is not None
            self._say(f"watch this run at {link.page(self._run_id)}")
        return True

    def _send(self, body: bytes, **end: str) -> bool:
        link, run_id = self._link, self._run_id
        if link is None or run_id is None:
            return False

        def send() -> None:
            received = link.send(run_id, self._key, body, **end)
            self.looking = bool(received.get("looking"))
            self._state = str(received.get("state"))
            if self._state in ENDED and not end:
                self._give_up(f"the run is {self._state} on the server", is_wanted=self._state != "stopped")

        return self._ask(send)

    def _ask(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except Unreachable as error:
            self._put_off(None, f"{self._address} does not answer ({error}).")
            return False
        except Refused as error:
            if error.status in LATER or error.status in OFF:
                self._put_off(LONGEST_WAIT if error.status in OFF else error.wait, str(error))
            elif error.status == OVER:
                self._learn_end()
            else:
                self._give_up(str(error), is_wanted=error.status != GONE)
            return False
        self._wait = FIRST_WAIT
        return True

    def _learn_end(self) -> None:
        """Ask how the run ended, which accepts nothing more: one that somebody stopped is not wanted any more."""
        if not self._send(b"") and self._link is not None:
            self._give_up("the run is over on the server", is_wanted=True)

    @property
    def _address(self) -> str:
        return "" if self._link is None else self._link.url

    def _put_off(self, wait: float | None, reason: str) -> None:
        self.looking = False
        now = time.monotonic()
        first = self._wait == FIRST_WAIT and (self._told is None or now - self._told >= QUIET)
        self._again = now + (wait or self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        if first:
            self._told, self._is_out = now, True
            self._say(f"{reason} The training goes on; its records wait in {self.path}.")

    def _give_up(self, reason: str, *, is_wanted: bool) -> None:
        link, self._link = self._link, None
        self.is_wanted, self.looking = is_wanted, False
        if link is not None:
            link.close()
        rest = f" Its records go into {self.path}." if is_wanted else " Nothing more is recorded; the training goes on."
        self._say(f"{reason}{'' if reason.endswith('.') else '.'}{rest}")
