"""Connections that stay open for nothing, on a real server: requests that do not come, readers that do not read,
streams without number."""

import json
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from scripts.serving import COMMAND, serving
from skipscope.app.guard.clients import COOKIE
from skipscope.app.guard.headers import ALWAYS

SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
WISH = {"variants": [SMALL], "batch_size": 4, "steps": 20_000, "state": "paused"}
TIGHT = {
    "SKIPSCOPE_REQUEST_SECONDS": "1",
    "SKIPSCOPE_STALL_SECONDS": "0.5",
    "SKIPSCOPE_CLIENT_STREAMS": "2",
    "SKIPSCOPE_RATE_SHARE": "2",
    "SKIPSCOPE_MAX_STREAMS": "5",
    "SKIPSCOPE_ADDRESS_SHARE": "0.8",
    "SKIPSCOPE_MAX_CONNECTIONS": "40",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data"), environment=TIGHT) as (url, _):
        yield url


def connect(url: str, buffer: int | None = None) -> socket.socket:
    """Open a connection, with a small buffer for what comes if asked."""
    place = urlsplit(url)
    made = socket.socket()
    if buffer is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    made.settimeout(15)
    made.connect((place.hostname, place.port))
    return made


def rest(connection: socket.socket, pause: float = 0.0, size: int = 65_536) -> bytes:
    """Read until the server ends it."""
    found = b""
    try:
        while part := connection.recv(size):
            found += part
            time.sleep(pause)
    except ConnectionResetError:
        pass
    return found


def problem(answer: bytes) -> dict[str, Any]:
    """Return a refusal that came on a connection, checked for its form."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert {name: headers.get(name.lower()) for name in ALWAYS} == ALWAYS
    assert len(body) == int(headers["content-length"])
    said = json.loads(body)
    assert first.startswith(f"HTTP/1.1 {said['status']} ")
    assert said["detail"]
    assert said["remedy"]
    return said


HEAD = b"POST /api/probe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        (b"", b""),
        (b"GET / HT", b"408"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"408"),
        (HEAD + b'{"variants"', b"408"),
    ],
)
def test_a_request_that_does_not_come_to_its_end_is_ended(url: str, begun: bytes, said: bytes) -> None:
    started = time.monotonic()
    with connect(url) as connection:
        connection.sendall(begun)
        answer = rest(connection)  # which waits for the end, for 15 s
    assert answer.split(b" ")[1:2] == ([said] if said else [])
    if said:
        assert problem(answer)["limit"] == "1 s"
    assert time.monotonic() - started > 0.8, "it had its second"


def test_dripping_does_not_help(url: str) -> None:
    with connect(url) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        started = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - started < 30:
                connection.sendall(b"X-A: b\r\n")
                time.sleep(0.1)


def test_a_body_may_take_longer_if_it_comes(url: str) -> None:
    size, pieces = 150_000, 4
    with connect(url) as connection:
        connection.sendall(
            b"POST /api/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
            b"Content-Length: %d\r\n\r\n" % (size * pieces)
        )
        for _ in range(pieces):  # each is worth more time than passes until the next
            time.sleep(0.5)
            connection.sendall(b"0" * size)
        answer = rest(connection)
    assert answer.startswith(b"HTTP/1.1 422"), answer[:200]
    assert b'"field":"body"' in answer


def test_the_second_request_of_a_connection_has_its_own_time(url: str) -> None:
    with connect(url) as connection:
        whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for _ in range(6):
            connection.sendall(whole[:10])
            time.sleep(0.25)
            connection.sendall(whole[10:])
            answer = b""
            while not answer.endswith(b"}"):
                answer += connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200")
        connection.sendall(whole[:10])
        assert rest(connection).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: a\x00\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_in_the_one_form(url: str, sent: bytes) -> None:
    with connect(url) as connection:
        connection.sendall(sent)
        assert problem(rest(connection))["status"] == 400


def test_a_head_without_end_is_refused(url: str) -> None:
    with connect(url) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        try:
            for _ in range(200):
                connection.sendall(b"x" * 4096)
        except OSError:
            return  # it was closed in the middle, which is as well
        assert problem(rest(connection))["status"] == 431


@pytest.mark.parametrize("path", ["/", "/runs", "/admin", "/static/css/base.css", "/api/runs", "/metrics"])
def test_files_and_pages_have_the_headers_too(url: str, path: str) -> None:
    answer = httpx2.get(url + path, timeout=30)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    if "etag" in answer.headers:
        again = httpx2.get(url + path, headers={"If-None-Match": answer.headers["etag"]}, timeout=30)
        assert again.status_code == 304
        assert {name: again.headers.get(name) for name in ALWAYS} == ALWAYS


def test_large_bodies_are_no_long_heads(url: str) -> None:
    answer = httpx2.post(f"{url}/api/probe", content=b" " * 200_000, timeout=30)
    assert answer.status_code == 422


@pytest.fixture(scope="module")
def large(url: str) -> tuple[bytes, int]:
    """Return requests for more than the kernel takes in advance, and how many bytes their answers are at least."""
    found = re.search(r'(/static/[^"]*vendor/plotly[^"]+\.js)', httpx2.get(url, timeout=30).text)
    assert found
    size = len(httpx2.get(url + found[1], timeout=30).content)
    assert size > 1_000_000
    return f"GET {found[1]} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 6, size * 6


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system's kernel cannot be asked to")
def test_who_reads_nothing_is_cut_off(url: str, large: tuple[bytes, int]) -> None:
    requests, size = large
    with connect(url, buffer=4096) as connection:
        connection.sendall(requests)
        time.sleep(2)
        assert len(rest(connection)) < size


def test_who_reads_slowly_gets_everything(url: str, large: tuple[bytes, int]) -> None:
    requests, size = large
    with connect(url, buffer=65_536) as connection:
        connection.sendall(requests)
        started = time.monotonic()
        assert len(rest(connection, pause=0.02)) > size
    assert time.monotonic() - started > 3


def test_streams_are_counted_by_browser_by_address_and_in_all(url: str) -> None:
    with httpx2.Client(base_url=url, timeout=30) as teacher, ExitStack() as stack:
        run = teacher.post("/api/runs", json=WISH).json()

        def follow(seat: str, address: str) -> int:
            headers = {"X-Forwarded-For": address, **({"Cookie": f"{COOKIE}={seat * 22}"} if seat else {})}
            answer = stack.enter_context(teacher.stream("GET", run["events"], headers=headers))
            return answer.status_code

        one, two = "203.0.113.1", "203.0.113.2"
        assert [follow("a", one) for _ in range(3)] == [200, 200, 429]
        assert [follow("b", one), follow("", one), follow("c", one)] == [200, 200, 429]
        assert [follow("d", two), follow("e", two)] == [200, 503]
        refused = teacher.get(run["events"], headers={"X-Forwarded-For": two})
        assert refused.headers["retry-after"] == "30"
        assert refused.json()["limit"] == "5 in all"
        # all else goes on
        assert teacher.get(f"/api/runs/{run['id']}").status_code == 200
        stack.close()
        deadline = time.monotonic() + 10
        while True:  # places are free again once the server has seen the readers leave
            with teacher.stream("GET", run["events"], headers={"X-Forwarded-For": one}) as answer:
                if answer.status_code == 200:
                    break
            assert time.monotonic() < deadline
            time.sleep(0.1)
        teacher.delete(f"/api/runs/{run['id']}")


def test_connections_are_counted(url: str) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(connect(url)) for _ in range(45)]
        # the first are open before the last one asks
        idle[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert problem(rest(idle[-1]))["status"] == 503
    # places are free again once the server has seen the others leave
    deadline = time.monotonic() + 10
    while httpx2.get(f"{url}/healthz", timeout=30).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits on open files")
def test_where_few_files_may_be_open_the_last_connections_are_told_so(tmp_path: Path) -> None:
    few = ["bash", "-c", 'ulimit -n 200; exec "$@"', "few", *COMMAND]
    with serving(tmp_path, few) as (url, _), ExitStack() as stack:
        idle = [stack.enter_context(connect(url)) for _ in range(90)]
        idle[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert problem(rest(idle[-1]))["status"] == 503


def test_a_connection_that_is_in_time_notices_nothing(url: str) -> None:
    with httpx2.Client(base_url=url, timeout=30) as client, httpx2.Client(base_url=url, timeout=30) as other:
        for pause in (0, 1.2, 1.2):
            time.sleep(pause)
            assert client.get("/").status_code == 200
            assert other.get("/metrics").status_code == 200
