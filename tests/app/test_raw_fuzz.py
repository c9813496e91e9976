"""Hostile bytes on the socket, below every framework: heads, paths and bodies that no client library would send."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scripts.serving import serving

CASES = int(os.environ.get("SKIPSCOPE_FUZZ_CASES", "300"))
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
TROUBLE = re.compile(r"Traceback|exception|unforeseen", re.IGNORECASE)
FREE = {f"SKIPSCOPE_RATE_{name}": "0" for name in ("READS", "STREAMS", "PROBES", "CHANGES")}
LITTLE = {**FREE, "SKIPSCOPE_MAX_LAYERS": "60", "SKIPSCOPE_RUN_MEMORY": "200", "SKIPSCOPE_MAX_SECONDS": "5"}

METHODS = st.sampled_from([b"GET", b"HEAD", b"POST", b"PATCH", b"DELETE", b"OPTIONS", b"CONNECT", b"PUT", b"TRACE"])
PLACES = st.sampled_from(
    [
        b"/",
        b"/runs",
        b"/admin",
        b"/healthz",
        b"/metrics",
        b"/openapi.json",
        b"/static/css/base.css",
        b"/static/",
        b"/api/architectures/resnet20",
        b"/api/architectures/summary",
        b"/api/probe",
        b"/api/runs",
        b"/api/runs/check",
        b"/api/runs/none",
        b"/api/runs/none/events",
        b"/api/runs/none/history",
        b"/api/runs/none/fork",
        b"/api/datasets",
        b"/api/datasets/digits/samples.png",
        b"*",
        b"http://[::1",
        b"//",
        b"/%00",
        b"/static/%ed%a0%80",
        b"/..%2f..%2f",
    ]
)
TAILS = st.one_of(
    st.just(b""),
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"?offset=" + b"9" * 5000,
            b"?after=-1",
            b"?format=%ff",
            b"?limit=1e3",
            b"?columns=%5b",
            b"?from=\xb2",
            b"/%2e%2e/",
            b"#x",
        ]
    ),
)
NAMES = st.sampled_from(
    [
        b"Origin",
        b"Authorization",
        b"Cookie",
        b"Content-Length",
        b"Content-Type",
        b"Host",
        b"Last-Event-ID",
        b"Range",
        b"If-None-Match",
        b"If-Modified-Since",
        b"If-Range",
        b"Accept-Encoding",
        b"X-Forwarded-For",
        b"X-Forwarded-Proto",
        b"Expect",
        b"Transfer-Encoding",
        b"Connection",
        b"Upgrade",
        b"Idempotency-Key",
        b"Sec-Fetch-Site",
        b"Content-Encoding",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"http://[::1",
            b"http://[x]",
            b"null",
            b"Basic \xff\xfe",
            b"Basic =",
            b"Basic " + b"A" * 5000,
            b"Bearer \xff",
            b"Basic",
            b"skipscope_client=\xff",
            b"skipscope_client=" + b"a" * 22,
            b'a="\\',
            b"9" * 5000,
            b"-1",
            b"\xb2",
            b"[::1",
            b"[",
            b"1.2.3.4",
            b"::ffff:1.2.3.4",
            b"unix:",
            b"bytes=9-1",
            b"bytes=-",
            b"bytes=0-0,1-1",
            b"Thu, 99 Foo 9999 99:99:99 GMT",
            b"W/",
            b"gzip, br;q=x",
            b"application/json",
            b"multipart/form-data; boundary=",
            b"text/html; charset=\xff",
            b"100-continue",
            b"chunked",
            b"websocket",
        ]
    ),
)


def _nested(depth: int) -> bytes:
    return b'{"name":' + b"[" * depth + b"]" * depth + b"}"


BODIES = st.one_of(
    st.binary(max_size=200),
    st.integers(1, 1100).map(_nested),
    st.sampled_from(
        [
            b"{}",
            b"[]",
            b"null",
            b'{"variants":{}}',
            b'{"variants":[1]}',
            b'{"preset":{}}',
            b'{"depths":[[]]}',
            b'{"lr":1e400}',
            b'{"steps":' + b"9" * 5000 + b"}",
            b'{"a":' + b'{"a":' * 970 + b"1" + b"}" * 971,
            b'{"skips":{}}',
            b"\xef\xbb\xbf{}",
            b'{"preset":"' + b"x" * 9000 + b'"}',
            b'{"\\u0000":1}',
            b'{"variants":[{"preset":["resnet20"]}]}',
        ]
    ),
)


class Request(NamedTuple):
    """What is sent, part by part."""

    method: bytes
    place: bytes
    tail: bytes
    version: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    counted: bool

    def bytes(self, host: bytes) -> bytes:
        """Write it as it travels; a head that says how long the body is says the truth, unless another header lies."""
        head = [(b"Host", host), *self.headers, (b"Connection", b"close")]
        if self.counted:
            head += [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(self.body))]
        lines = [b" ".join((self.method, self.place + self.tail, self.version)), *(b": ".join(one) for one in head)]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


REQUESTS = st.builds(
    Request,
    METHODS | st.binary(min_size=1, max_size=8),
    PLACES | st.binary(max_size=60),
    TAILS,
    st.sampled_from([b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/0.9", b""]),
    st.lists(st.tuples(NAMES | st.binary(min_size=1, max_size=12), VALUES), max_size=5),
    BODIES,
    st.booleans(),
)


class Server:
    """Where it listens, and the file that it logs to."""

    def __init__(self, url: str, log: Path) -> None:
        self.url, self._log, self._read = url, log, 0

    def ask(self, request: Request) -> int | None:
        """Send a request and return the status of the first answer; None where none came."""
        place = urlsplit(self.url)
        with socket.create_connection((place.hostname, place.port), 20) as connection:
            connection.sendall(request.bytes(place.netloc.encode()))
            connection.shutdown(socket.SHUT_WR)
            came = b""
            try:
                while part := connection.recv(65536):
                    came += part
            except ConnectionResetError:
                pass
        found = re.match(rb"HTTP/1\.1 (\d{3}) ", came.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))
        assert found or not came, came[:200]
        return int(found[1]) if found else None

    def trouble(self) -> str | None:
        """Return the first trace, or mistake of ours, in what was logged since it was asked last."""
        with self._log.open("rb") as log:
            log.seek(self._read)
            text = log.read().decode(errors="replace")
            self._read = log.tell()
        found = TROUBLE.search(text)
        return text[max(0, found.start() - 300) : found.end() + 3000] if found else None


@pytest.fixture(scope="module", params=[{}, {"SKIPSCOPE_PASSWORD": "a good one"}], ids=["open", "password"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("raw")
    with (
        (folder / "log").open("wb") as log,
        serving(folder / "data", environment={**LITTLE, **request.param}, log=log) as (url, _),
    ):
        yield Server(url, folder / "log")


def _post(place: bytes, *headers: tuple[bytes, bytes], body: bytes = b"{}") -> Request:
    return Request(b"POST", place, b"", b"HTTP/1.1", list(headers), body, counted=True)


@example(asked=_post(b"/api/runs", (b"Origin", b"http://[::1")))
@example(asked=_post(b"/api/runs/check", (b"Origin", b"http://[x]")))
@example(asked=_post(b"/api/runs", (b"Authorization", b"Basic \xff\xfe")))
@example(asked=_post(b"/api/architectures/summary", body=_nested(952)))
@example(asked=_post(b"/api/runs", body=_nested(960)))
@example(asked=_post(b"/api/probe", body=_nested(1022)))
@given(asked=REQUESTS)
@settings(max_examples=CASES, deadline=None, suppress_health_check=SLOW)
def test_no_bytes_make_the_server_fail(server: Server, asked: Request) -> None:
    status = server.ask(asked)
    assert status is None or status < 500, asked
    trouble = server.trouble()
    assert trouble is None, trouble
