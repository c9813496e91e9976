"""A queue in fair turns: first the address with the fewest items under way, then its client with the fewest, then the
item that waits longest."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping
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

    def seat_of(self, item: T) -> Seat:
        """Return whose item it is."""
        return self._waiting[item]

    def num_from(self, address: str) -> int:
        """Count the items that wait from an address."""
        return sum(seat.address == address for seat in self._waiting.values())

    def remove(self, item: T) -> None:
        """Let an item go without being served."""
        del self._waiting[item]

    def order(self, active: Counter[Seat]) -> list[T]:
        """Return who waits, next first, where each seat has so many items under way and none of them ends."""
        addresses: dict[str, dict[Seat, list[T]]] = {}
        for item, seat in self._waiting.items():
            addresses.setdefault(seat.address, {}).setdefault(seat, []).append(item)
        under_way: Counter[str] = Counter()
        for seat, num in active.items():
            under_way[seat.address] += num
        within = {address: self._round(seats, active) for address, seats in addresses.items()}
        return self._round(within, under_way)

    def _round(self, groups: Mapping[Group, list[T]], active: Counter[Group]) -> list[T]:
        # fewest under way, served longest ago, came first
        heads = [(active[group], self._served.get(group, 0), n, group) for n, group in enumerate(groups)]
        heapify(heads)
        order: list[T] = []
        while heads:
            ahead, _, number, group = heads[0]
            turn = len(order)
            order.append(groups[group][ahead - active[group]])
            if len(groups[group]) > ahead + 1 - active[group]:
                heapreplace(heads, (ahead + 1, self._turn + 1 + turn, number, group))
            else:
                heappop(heads)
        return order

    def pop(self, active: Counter[Seat], most: int, ready: Callable[[T], bool] = lambda _: True) -> T | None:
        """Return the next item that is ready, of a seat with fewer than `most` under way, and count it as served.

        None where there is no such item.
        """
        for item in self.order(active):
            seat = self._waiting[item]
            if active[seat] < most and ready(item):
                del self._waiting[item]
                self._turn += 1
                for served in (seat, seat.address):
                    self._served[served] = self._turn
                    self._served.move_to_end(served)
                while len(self._served) > REMEMBERED:
                    self._served.popitem(last=False)
                return item
        return None
