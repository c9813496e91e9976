"""A stand-in for the server in benchmarks/room.py: it gives as many bytes as a room does, and does nothing for them.
A training beside a class in front of it is slowed by the class alone, which on a server of one's own it is not.

The first line of the standard input is a JSON object: the bytes of each answer by its path, and those of a frame.
"""

import asyncio
import re
import sys
from typing import Any

import orjson

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
SMALL = 60
TICK, FRAMES = 0.25, 300


class Room:
    """The readers, and the phase that they are told."""

    def __init__(self, sizes: dict[str, int], frame: int) -> None:
        self.sizes, self._frame = sizes, frame
        self._phase = "wait"
        self.readers: set[asyncio.Transport] = set()
        self._telling: asyncio.TimerHandle | None = None

    def frame(self) -> bytes:
        """Return what a reader is told."""
        data = orjson.dumps({"phase": self._phase})
        text = b"id: 1\nevent: room\ndata: " + data.ljust(self._frame) + b"\n\n"
        return b"%x\r\n%s\r\n" % (len(text), text)

    def change(self, wish: dict[str, Any]) -> None:
        """Take a host's act."""
        self._phase = wish.get("phase", "predict")
        self.tell()

    def touch(self) -> None:
        """Tell the counts soon, as often as the server does."""
        if self._telling is None:
            rest = max(TICK, len(self.readers) / FRAMES)
            self._telling = asyncio.get_running_loop().call_later(rest, self.tell)

    def tell(self) -> None:
        """Tell all readers."""
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        frame = self.frame()
        for transport in self.readers:
            transport.write(frame)


class Answering(asyncio.Protocol):
    """A connection."""

    def __init__(self, room: Room) -> None:
        self._room, self._data = room, b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._room.readers.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n") + 4) > 3:
            found = LENGTH.search(self._data, 0, end)
            whole = end + (int(found[1]) if found else 0)
            if len(self._data) < whole:
                return
            method, path = self._data.split(b" ", 2)[:2]
            body, self._data = self._data[end:whole], self._data[whole:]
            self._answer(method, path.decode(), body)

    def _answer(self, method: bytes, path: str, body: bytes) -> None:
        if path.endswith("/events"):
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            self._transport.write(head + self._room.frame())
            self._room.readers.add(self._transport)
            return
        if method == b"PATCH":
            self._room.change(orjson.loads(body))
        elif method != b"GET":
            self._room.touch()
        size = self._room.sizes.get(path, SMALL)
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b" " * size)


async def main() -> None:
    """Answer until the standard input ends."""
    told = orjson.loads(sys.stdin.readline())
    room = Room(told["sizes"], told["frame"])
    server = await asyncio.get_running_loop().create_server(lambda: Answering(room), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
