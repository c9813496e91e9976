"""The stream: every event once, in order, for every kind of reader, from wherever it comes."""

import asyncio
import json
import socket
import subprocess
from typing import Any

import httpx2
import orjson
import pytest

STUCK, STEPS = 12, 160


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


@pytest.mark.slow
def test_readers_that_never_read_hold_up_nobody_and_take_no_memory(api: Any) -> None:
    # more than the kernel takes from a sender (3 MB here): the server itself has to wait, for each of them
    deep = {**api.small()["variants"][0], "depths": [60, 60], "norm": "batch"}
    run = api.start(steps=STEPS, variants=[deep] * 4, batch_size=2, eval_every=0)
    stuck = [_connect(api, run["events"]) for _ in range(STUCK)]
    api.until(lambda: api.get(run)["recorded"] > 2)
    before = _memory(api)
    said = list(api.follow(run))
    assert said[-1].data["state"] == "done"
    assert sum(event.kind == "step" for event in said) == STEPS
    size = sum(len(orjson.dumps(event.data)) for event in said)
    assert size > 8_000_000
    # the run is over, and they still have their events before them, which are in the store alone
    api.until(lambda: _metric(api, "skipscope_readers") == STUCK)
    assert _memory(api) - before < STUCK * (size - 4_000_000) / 4
    # one wakes up, and gets everything from the store, in order
    stuck[0].settimeout(30)
    taken = b""
    while b'"final":true' not in taken[-500:]:
        part = stuck[0].recv(1 << 20)
        assert part
        taken += part
    ids = [int(line[4:]) for line in taken.split(b"\n") if line.startswith(b"id: ")]
    assert ids == list(range(1, said[-1].id + 1))
    for one in stuck:
        one.close()
    api.until(lambda: _metric(api, "skipscope_readers") == 0)


def _connect(api: Any, path: str) -> socket.socket:
    """Ask for a stream, and read nothing of it."""
    host, port = api.url.removeprefix("http://").split(":")
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect((host, int(port)))
    made.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return made


def _metric(api: Any, name: str) -> float:
    return float(
        next(line.split()[1] for line in api.http.get("/metrics").text.splitlines() if line.startswith(f"{name} "))
    )


def _memory(api: Any) -> float:
    return _metric(api, "process_resident_memory_bytes")


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
    queued = next(said).data
    assert queued.pop("queue_seconds") > 0
    assert queued == {"state": "queued", "reason": None, "queue_position": 1}
    assert api.get(waiting)["queue_seconds"] > 0
    api.stop(holding[0], {"Cookie": cookies[0]})
    assert next(said).kind == "schema"
    assert next(said).data["state"] == "running"
    said.close()
    for run, cookie in zip([*holding[1:], waiting], cookies[1:], strict=True):
        api.stop(run, {"Cookie": cookie})
