"""Every reader of bytes that somebody sends: whatever they are, it gives an answer or one of our refusals."""

import asyncio
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection, Request

from skipscope.app.errors import Problem
from skipscope.app.guard.access import Access
from skipscope.app.guard.bodies import MAX_DEPTH, StrictRequest, is_deeper
from skipscope.app.guard.clients import address_of, browser_of, client_of
from skipscope.app.guard.heads import asks_head
from skipscope.app.guard.hosts import Hosts
from skipscope.app.guard.open_streams import is_stream
from skipscope.app.guard.rates import kind_of
from skipscope.app.guard.security import Guard
from skipscope.app.page.assets import encoding_for, packed_response
from skipscope.app.routes.architectures import _matches
from skipscope.app.settings import Settings

NAMES = (
    "authorization", "cookie", "content-length", "host", "origin", "sec-fetch-site", "accept-encoding", "if-none-match",
)  # fmt: skip
STARTS = (b"", b"Basic ", b"Bearer ", b"skipscope_client=", b"http://[", b"[", b"9" * 5000, b"W/")
VALUES = st.builds(bytes.__add__, st.sampled_from(STARTS), st.binary(max_size=40))


async def _nothing(*_: Any) -> None:
    raise AssertionError("no request goes on")


GUARDS = [
    Guard(_nothing, Settings.model_validate(chosen), refused=lambda *_: None)
    for chosen in ({}, {"password": "a good one"}, {"admin_token": "0123456789abcdef"})
]


def scope(method: bytes, path: bytes, headers: dict[str, bytes], client: str = "127.0.0.1") -> dict[str, Any]:
    """Return a request as the server below passes it on."""
    return {
        "type": "http", "method": method.decode("latin-1"), "path": path.decode("utf-8", "replace"),
        "query_string": b"",
        "headers": [(name.encode(), value) for name, value in headers.items()], "client": (client, 1), "scheme": "http",
    }  # fmt: skip


@example(method=b"POST", path=b"/", headers={"origin": b"http://[::1", "host": b"localhost"})
@example(method=b"POST", path=b"/", headers={"authorization": b"Basic \xff\xfe", "host": b"localhost"})
@example(method=b"POST", path=b"/", headers={"content-length": b"9" * 5000, "host": b"localhost"})
@given(
    method=st.sampled_from([b"GET", b"HEAD", b"POST"]) | st.binary(max_size=9),
    path=st.binary(max_size=40),
    headers=st.dictionaries(st.sampled_from(NAMES), VALUES),
)
def test_the_guard_lets_in_or_refuses(method: bytes, path: bytes, headers: dict[str, bytes]) -> None:
    for guard in GUARDS:
        asked = scope(method, path, headers)
        problem = guard._problem(asked, HTTPConnection(asked).headers)
        assert problem is None or 400 <= problem.status < 500
        assert problem is None or len(problem.response().body) < 4000


@given(st.binary(max_size=60), st.text(max_size=30), VALUES)
def test_who_asks_has_a_name(path: bytes, client: str, value: bytes) -> None:
    asked = scope(b"GET", path, dict.fromkeys(NAMES, value), client)
    request = Request(asked)
    assert address_of(request) or not client
    assert client_of(request) or not client
    assert browser_of(request) is None or len(browser_of(request) or "") == 22
    assert encoding_for(request) in (None, "br", "gzip")
    assert packed_response(request, b"text", "text/plain", {}).status_code in (200, 304)
    assert kind_of("GET", asked["path"]) in (None, "reads", "probes", "streams")
    assert is_stream("GET", asked["path"]) == (kind_of("GET", asked["path"]) == "streams")
    assert not asks_head(request)


@given(VALUES)
def test_hosts_and_tags_are_taken_or_not(value: bytes) -> None:
    assert Hosts("").takes(value.decode("latin-1")) in (True, False)
    assert _matches('"tag"', value.decode("latin-1")) in (True, False)


@given(st.binary(max_size=60))
def test_secrets_are_right_or_wrong(value: bytes) -> None:
    asked = scope(b"GET", b"/", {"authorization": b"Basic " + value})
    problem = Access(Settings.model_validate({"password": "a good one"})).enter(HTTPConnection(asked))
    assert problem is not None
    assert problem.status == 401


def body_of(body: bytes) -> StrictRequest:
    """Return a request with a body."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return StrictRequest(scope(b"POST", b"/", {}), receive)


NESTED = st.builds(
    lambda depth, inner: b"[" * depth + inner + b"]" * depth, st.integers(0, 1100), st.binary(max_size=9)
)


@example(b'{"name":' + b"[" * 952 + b"]" * 952 + b"}")
@example(b"[" * 1024 + b"]" * 1024)
@given(NESTED | st.binary(max_size=80))
def test_a_body_is_read_or_refused(body: bytes) -> None:
    try:
        found = asyncio.run(body_of(body).json())
    except json.JSONDecodeError:
        return
    except Problem as problem:
        assert problem.status == 422
        assert problem.limit
        return
    assert len(repr(found)) >= 0
    assert not is_deeper(found, MAX_DEPTH)


def test_levels_are_counted() -> None:
    assert is_deeper([[1]], 1)
    assert not is_deeper([[1]], 2)
    assert is_deeper({"a": {"b": [{}]}}, 3)
    assert not is_deeper({"a": {"b": [{}]}}, 4)
    assert not is_deeper(7, 1)
