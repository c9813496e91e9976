"""A queue in fair turns: first the address with the fewest items under way, then its client with the fewest, then the
item that waits longest."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from heapq import heapify, heappop, heapreplace
from typing import Generic, TypeVar

from skipscope.app.guard.seat import Seat

T = TypeVar("T", bound=Hashable)
REMEMBERED = 4096


Group = TypeVar("Group", Seat, str)


class FairQueue(Generic[T]):
    """Items that wait, each of a seat: round robin between addresses, within one between its clients, then in order."""

    def __init__(self) -> None:
        self._waiting: dict[T, Seat] = {}
        self._served: OrderedDict[Seat | str, int] = OrderedDict()
        self._turn = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, item: T) -> bool:
        return item in self._waiting

    def enqueue(self, item: T, seat: Seat) -> None:
        """Let an item wait."""
        self._waiting[item] = seat

    def num_from(self, address: str) -> int:
        """Count the items that wait from an address."""
        return sum(seat.address == address for seat in self._waiting.values())

    def remove(self, item: T) -> None:
        """Let an item go without being served."""
        del self._waiting[item]

    def order(self, active: Counter[Seat]) -> list[T]:
        """Return who waits, next first, where each seat has so many items under way and none of them ends."""
        return list(self._in_turn(active))

    def _in_turn(self, active: Counter[Seat]) -> Iterator[T]:
        """Yield who waits, next first: to know the first costs no sorting of all."""
        addresses: dict[str, dict[Seat, list[T]]] = {}
        for item, seat in self._waiting.items():
            addresses.setdefault(seat.address, {}).setdefault(seat, []).append(item)
        under_way: Counter[str] = Counter()
        for seat, num in active.items():
            under_way[seat.address] += num
        within = {
            address: self._round({seat: iter(items) for seat, items in seats.items()}, active)
            for address, seats in addresses.items()
        }
        return self._round(within, under_way)

    def _round(self, groups: Mapping[Group, Iterator[T]], active: Counter[Group]) -> Iterator[T]:
        # fewest under way, served longest ago, came first
        heads = [(active[group], self._served.get(group, 0), n, group) for n, group in enumerate(groups)]
        heapify(heads)
        turn = self._turn
        while heads:
            ahead, _, number, group = heads[0]
            found = next(groups[group], None)
            if found is None:
                heappop(heads)
                continue
            turn += 1
            heapreplace(heads, (ahead + 1, turn, number, group))
            yield found

    def pop(self, active: Counter[Seat], most: int, ready: Callable[[T], bool] = lambda _: True) -> T | None:
        """Return the next item that is ready, of a seat with fewer than `most` under way, and count it as served.

        None where there is no such item.
        """
        for item in self._in_turn(active):
            if active[self._waiting[item]] < most and ready(item):
                self._serve(item)
                return item
        return None

    def next(self, active: Counter[Seat]) -> tuple[T, Seat] | None:
        """Return the next item, whatever its seat has under way, with its seat, and count it as served."""
        item = next(self._in_turn(active), None)
        return None if item is None else (item, self._serve(item))

    def _serve(self, item: T) -> Seat:
        seat = self._waiting.pop(item)
        self._turn += 1
        for served in (seat, seat.address):
            self._served[served] = self._turn
            self._served.move_to_end(served)
        while len(self._served) > REMEMBERED:
            self._served.popitem(last=False)
        return seat
