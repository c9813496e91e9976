"""The stream: every event once, in order, for every kind of reader, from wherever it comes."""

import asyncio
import json
import socket
import subprocess
import time
from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.xdist_group("http")


def test_ids_count_up_by_one_and_the_last_is_terminal(api: Any) -> None:
    said = list(api.follow(api.start(steps=30)))
    assert [event.id for event in said] == list(range(1, len(said) + 1))
    assert [event.data["final"] for event in said if event.data.get("final")] == [True]
    assert said[-1].data["state"] == "done"


@pytest.mark.parametrize("live", [True, False], ids=["under way", "ended"])
def test_a_reader_that_comes_back_misses_nothing_and_gets_nothing_twice(api: Any, live: bool) -> None:
    run = api.start(steps=60, max_rate=60 if live else 0)
    if not live:
        api.until(lambda: api.get(run)["state"] == "done")
    taken: list[Any] = []
    while not taken or not taken[-1].data.get("final"):
        for event in api.follow(run, taken[-1].id if taken else None):
            taken.append(event)
            if len(taken) % 7 == 0:
                break  # the connection is lost
    assert [event.id for event in taken] == list(range(1, len(taken) + 1))
    assert [event.data["step"] for event in taken if event.kind == "step"] == list(range(60))
    assert taken == list(api.follow(run))


def test_who_has_the_terminal_status_is_told_that_nothing_comes(api: Any) -> None:
    run = api.start(steps=1)
    *_, last = api.follow(run)
    for after in (last.id, last.id + 100):
        answer = api.http.get(run["events"], headers={"Last-Event-ID": str(after)})
        assert (answer.status_code, answer.content) == (204, b"")  # a browser's EventSource gives up on this


def test_a_position_may_be_in_the_address_and_must_be_a_number(api: Any) -> None:
    run = api.start(steps=4)
    everything = list(api.follow(run))
    with api.http.stream("GET", f"{run['events']}?after=3") as answer:
        assert answer.read().startswith(b"id: 4\n")
    answer = api.http.get(run["events"], headers={"Last-Event-ID": "last"})
    assert answer.status_code == 422
    assert everything[-1].kind == "status"


def test_proxies_are_told_to_pass_everything_on(api: Any) -> None:
    with api.http.stream("GET", api.start(steps=1)["events"]) as answer:
        assert answer.headers["cache-control"] == "no-cache, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in answer.headers


def test_silence_is_filled_with_comments(api: Any) -> None:
    run = api.start(state="paused")
    with api.http.stream("GET", run["events"]) as answer:
        lines = answer.iter_lines()
        assert any(line.startswith(":") for line in lines)
    api.stop(run)


def test_curl_reads_it(api: Any) -> None:
    run = api.start(steps=10)
    output = subprocess.run(
        ["curl", "-sSN", "--max-time", "30", api.url + run["events"]], capture_output=True, check=True, text=True
    ).stdout
    frames = [frame for frame in output.strip().split("\n\n") if not frame.startswith(":")]
    assert [frame.splitlines()[0] for frame in frames] == [f"id: {n}" for n in range(1, len(frames) + 1)]
    assert json.loads(frames[-1].splitlines()[2].removeprefix("data: "))["state"] == "done"


def test_many_readers_get_the_same_bytes(api: Any) -> None:
    run = api.start(steps=80, max_rate=80)

    async def main() -> list[bytes]:
        limits = httpx2.Limits(max_connections=100)
        async with httpx2.AsyncClient(base_url=api.url, timeout=60, limits=limits) as http:

            async def read(delay: float) -> bytes:
                await asyncio.sleep(delay)
                async with http.stream("GET", run["events"]) as answer:
                    parts = [part async for part in answer.aiter_raw()]
                return b"\n\n".join(f for f in b"".join(parts).split(b"\n\n") if not f.startswith(b":"))

            return await asyncio.gather(*(read(0.03 * n) for n in range(40)))

    taken = asyncio.run(main())
    assert len(set(taken)) == 1
    assert taken[0].count(b"event: step") == 80


def test_a_reader_that_never_reads_holds_up_nobody(api: Any) -> None:
    deep = {**api.small()["variants"][0], "depths": [40, 40], "norm": "batch"}  # large events, so that buffers fill
    run = api.start(steps=60, variants=[deep], batch_size=4)
    address = api.url.removeprefix("http://").split(":")
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect((address[0], int(address[1])))
    stuck.sendall(f"GET {run['events']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    said = list(api.follow(run))
    assert said[-1].data["state"] == "done"
    assert sum(event.kind == "step" for event in said) == 60
    # it wakes up, and gets everything from the store, in order
    stuck.settimeout(30)
    taken = b""
    while b'"final":true' not in taken:
        part = stuck.recv(1 << 20)
        assert part
        taken += part
    ids = [int(line[4:]) for line in taken.split(b"\n") if line.startswith(b"id: ")]
    assert ids == list(range(1, said[-1].id + 1))
    stuck.close()


def test_a_client_that_vanishes_is_forgotten(api: Any) -> None:
    run = api.start()
    api.until(lambda: api.get(run)["recorded"] > 0)
    address = api.url.removeprefix("http://").split(":")
    for _ in range(5):
        gone = socket.create_connection((address[0], int(address[1])))
        gone.sendall(f"GET {run['events']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        gone.recv(100)
        gone.close()
    api.until(lambda: "skipscope_readers 0.0" in api.http.get("/metrics").text)
    at = api.get(run)["recorded"]
    api.until(lambda: api.get(run)["recorded"] > at)
    api.stop(run)


def test_queue_places_come_on_the_stream(api: Any) -> None:
    cookies = [f"skipscope_client={'a' * 21}{n}" for n in range(4)]
    holding = [api.start(headers={"Cookie": cookie}) for cookie in cookies[:3]]
    api.until(lambda: all(api.get(run)["state"] == "running" for run in holding))
    waiting = api.start(headers={"Cookie": cookies[3]})
    said = api.follow(waiting)
    assert next(said).data == {"state": "queued", "reason": None, "queue_position": 1}
    api.stop(holding[0])
    assert next(said).kind == "schema"
    assert next(said).data["state"] == "running"
    said.close()
    started = time.monotonic()
    for run in [*holding[1:], waiting]:
        api.stop(run)
    assert time.monotonic() - started < 20
