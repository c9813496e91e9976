"""So many at a time, and a fair queue before them: the addresses in turn, and so the clients of each."""

import asyncio
from collections import Counter

from skipscope.app.executors.base import Busy
from skipscope.app.executors.fair_queue import FairQueue
from skipscope.app.guard.seat import Seat


class Turns:
    """Let `num` be served at a time. At most `most` wait, and at most `most_of_one` from one address."""

    def __init__(self, num: int, *, most: int, most_of_one: int, what: str) -> None:
        self._num, self._most, self._most_of_one, self._what = num, most, most_of_one, what
        self._free = num
        self._queue: FairQueue[asyncio.Future[None]] = FairQueue()
        self._active: Counter[Seat] = Counter()

    @property
    def num_waiting(self) -> int:
        """Count those that wait."""
        return len(self._queue)

    async def enter(self, seat: Seat) -> None:
        """Wait for a turn, which `leave` ends; raise Busy where too many wait."""
        if len(self._queue) >= self._most:
            raise Busy(f"{len(self._queue)} {self._what} wait already")
        if seat.address and self._queue.num_from(seat.address) >= self._most_of_one:
            raise Busy(f"{self._most_of_one} {self._what} from your network address wait already")
        turn = asyncio.get_running_loop().create_future()
        self._queue.enqueue(turn, seat)
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._queue:
                self._queue.remove(turn)
            else:  # the turn had come
                self.leave(seat)
            raise

    def leave(self, seat: Seat) -> None:
        """Give the turn to the next."""
        self._active[seat] -= 1
        self._free += 1
        self._admit()

    def _admit(self) -> None:
        while self._free:
            served = self._queue.next(self._active)
            if served is None:
                self._active += Counter()
                return
            turn, seat = served
            self._free -= 1
            self._active[seat] += 1
            if not turn.done():
                turn.set_result(None)
