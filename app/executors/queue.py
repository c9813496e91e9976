"""Who is next: the client with the fewest runs under way, among those the one that was served longest ago."""

from collections import Counter, OrderedDict
from collections.abc import Hashable
from heapq import heapify, heappop, heapreplace
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
REMEMBERED = 4096


class FairQueue(Generic[T]):
    """Items that wait, each of a client; round robin between clients, first come first served within one."""

    def __init__(self) -> None:
        self._waiting: dict[T, str] = {}
        self._served: OrderedDict[str, int] = OrderedDict()
        self._turn = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, item: T) -> bool:
        return item in self._waiting

    def add(self, item: T, client: str) -> None:
        """Let an item wait."""
        self._waiting[item] = client

    def client_of(self, item: T) -> str:
        """Return whose item it is."""
        return self._waiting[item]

    def remove(self, item: T) -> None:
        """Let an item go without being served."""
        del self._waiting[item]

    def order(self, active: Counter[str]) -> list[T]:
        """Return who waits, next first, where each client has so many items under way and none of them ends."""
        items: dict[str, list[T]] = {}
        for item, client in self._waiting.items():
            items.setdefault(client, []).append(item)
        # fewest under way, served longest ago, came first
        heads = [(active[client], self._served.get(client, 0), n, client) for n, client in enumerate(items)]
        heapify(heads)
        order: list[T] = []
        while heads:
            ahead, _, number, client = heads[0]
            turn = len(order)
            order.append(items[client][ahead - active[client]])
            if len(items[client]) > ahead + 1 - active[client]:
                heapreplace(heads, (ahead + 1, self._turn + 1 + turn, number, client))
            else:
                heappop(heads)
        return order

    def take(self, active: Counter[str], most: int) -> T | None:
        """Return the next item of a client with fewer than `most` under way and count it as served; None: nobody."""
        for item in self.order(active):
            client = self._waiting[item]
            if active[client] < most:
                del self._waiting[item]
                self._turn += 1
                self._served[client] = self._turn
                self._served.move_to_end(client)
                if len(self._served) > REMEMBERED:
                    self._served.popitem(last=False)
                return item
        return None
