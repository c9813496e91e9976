"""Few requests begin in one turn of the loop, the addresses in turn: a burst from one holds up neither the requests of
others nor the events that are on their way. Plain ASGI."""

import asyncio
from collections import OrderedDict, deque

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from skipscope.app.guard.clients import address_of

AT_ONCE = 4
"""To begin takes a millisecond: 500 that come together would take the loop half a second."""


class Door:
    """Let in so many requests a turn."""

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        self.app, self._at_once = app, at_once
        self._left = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            await self.enter(address_of(HTTPConnection(scope)))
        await self.app(scope, receive, send)

    async def enter(self, address: str) -> None:
        """Go on at once where there is room in this turn, else in a later one."""
        loop = asyncio.get_running_loop()
        if self._left == self._at_once:
            loop.call_soon(self._begin_turn, loop)
        if self._left:
            self._left -= 1
            return
        entered = loop.create_future()
        self._waiting.setdefault(address, deque()).append(entered)
        await entered

    def _begin_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._left = self._at_once
        while self._left and self._waiting:
            address, line = self._waiting.popitem(last=False)
            entered = line.popleft()
            if line:
                self._waiting[address] = line  # behind the other addresses
            if not entered.done():  # or its client has left
                entered.set_result(None)
                self._left -= 1
        if self._left < self._at_once:
            loop.call_soon(self._begin_turn, loop)
