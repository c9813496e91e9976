"""How many streams may be open, on an app whose streams last until the test ends them."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from skipscope.app.guard.clients import COOKIE
from skipscope.app.guard.open_streams import Streams, is_stream
from skipscope.app.settings import Settings


class Hall:
    """An app behind the limits, in which streams stay open."""

    def __init__(self, **settings: object) -> None:
        self.end = asyncio.Event()
        self.open: list[asyncio.Task[None]] = []
        self.readers = 0
        self._streams = Streams(
            self._app, Settings.model_validate(settings), refused=lambda *_: None, reading=self._count
        )

    def _count(self, change: int) -> None:
        self.readers += change

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.end.wait()

    async def follow(self, browser: str, address: str) -> tuple[int, bytes]:
        """Open a stream and return the status and what a refusal says."""
        said: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        scope = {
            "type": "http", "method": "GET", "path": "/api/runs/x/events", "client": (address, 50_000),
            "headers": [(b"cookie", f"{COOKIE}={browser}".encode())],
        }  # fmt: skip
        self.open.append(asyncio.create_task(self._streams(scope, self._nothing, said.put)))
        status = (await said.get())["status"]
        return status, b"" if status == 200 else (await said.get())["body"]

    async def _nothing(self) -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    async def close(self) -> None:
        """End all streams."""
        self.end.set()
        await asyncio.gather(*self.open)


@pytest.mark.parametrize(("share", "most", "setting"), [(0.5, 5, b"ADDRESS_SHARE"), (1, 8, b"CLIENT_STREAMS")])
def test_made_up_cookies_leave_streams_for_other_addresses(share: float, most: int, setting: bytes) -> None:
    async def act() -> None:
        hall = Hall(max_streams=10, client_streams=2, rate_share=4, address_share=share)
        answers = [await hall.follow(f"{number:022d}", "192.0.2.1") for number in range(9)]
        assert [status for status, _ in answers] == [200] * most + [429] * (9 - most)
        assert setting in answers[-1][1]
        assert (await hall.follow("a" * 22, "192.0.2.2"))[0] == 200
        assert hall.readers == most + 1
        await hall.close()
        assert hall.readers == 0

    asyncio.run(act())


def test_the_defaults_hold_a_class_of_300_behind_one_address() -> None:
    settings = Settings.model_validate({})
    for most in (settings.max_streams, settings.max_queue, settings.max_probes):
        assert settings.share_of(most) >= 300


@pytest.mark.parametrize(
    ("method", "path", "streams"),
    [("GET", "/api/runs/x/events", True), ("DELETE", "/api/runs/x/events", False), ("GET", "/api/runs/x", False)],
)
def test_what_a_stream_is(method: str, path: str, streams: bool) -> None:
    assert is_stream(method, path) is streams
