"""So many at a time, and a fair queue before them: the addresses in turn, and so the clients of each."""

import asyncio
from collections import Counter

from skipscope.app.executors.base import Busy
from skipscope.app.executors.fair_queue import FairQueue
from skipscope.app.guard.seat import Seat

Turn = asyncio.Future[bool]
"""Whether it came; false for one that was dismissed."""


class Turns:
    """Let `num` be served at a time. At most `most` wait, and at most `most_of_one` from one address."""

    def __init__(self, num: int, *, most: int, most_of_one: int, what: str) -> None:
        self._num, self._most, self._most_of_one, self._what = num, most, most_of_one, what
        self._free = num
        self._queue: FairQueue[Turn] = FairQueue()
        self._active: Counter[Seat] = Counter()

    @property
    def num_waiting(self) -> int:
        """Count those that wait."""
        return len(self._queue)

    async def enter(self, seat: Seat, group: set[Turn] | None = None) -> bool:
        """Wait for a turn, which `leave` ends; raise Busy where too many wait.

        Waiting, it is one of a group, which `dismiss` lets go: return false then, and there is no turn to end.
        """
        if len(self._queue) >= self._most:
            raise Busy(f"{len(self._queue)} {self._what} wait already")
        if seat.address and self._queue.num_from(seat.address) >= self._most_of_one:
            raise Busy(f"{self._most_of_one} {self._what} from your network address wait already")
        group = set() if group is None else group
        turn = asyncio.get_running_loop().create_future()
        self._queue.enqueue(turn, seat)
        group.add(turn)
        self._admit()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn in self._queue:
                self._queue.remove(turn)
            elif turn.cancelled() or turn.result():  # the turn had come
                self.leave(seat)
            raise
        finally:
            group.discard(turn)

    def dismiss(self, group: set[Turn]) -> None:
        """Let all of a group go that wait still."""
        for turn in group:
            if turn in self._queue:
                self._queue.remove(turn)
                if not turn.done():
                    turn.set_result(False)

    def leave(self, seat: Seat) -> None:
        """Give the turn to the next."""
        self._active[seat] -= 1
        if not self._active[seat]:
            del self._active[seat]  # each turn looks through them, and cookies can be made up
        self._free += 1
        self._admit()

    def _admit(self) -> None:
        while self._free:
            served = self._queue.next(self._active)
            if served is None:
                return
            turn, seat = served
            self._free -= 1
            self._active[seat] += 1
            if not turn.done():
                turn.set_result(True)
