"""Answers of more than 1 kB are compressed for who takes it, whatever the method; events and small ones are not."""

import gzip
from collections.abc import Callable, Iterator

import brotli
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from skipscope.app.page.packing import ASIDE, Packing, best_encoding

LARGE = {"numbers": list(range(2000))}
PART = b"0123456789" * 1000
UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


def parts() -> Iterator[bytes]:
    yield from [PART] * 3
    yield PART * (ASIDE // len(PART) + 1)


async def large(request: Request) -> Response:
    return JSONResponse(LARGE, headers={"Vary": "Cookie", "ETag": '"x"'})


async def small(request: Request) -> Response:
    return JSONResponse({"number": 1})


async def problem(request: Request) -> Response:
    return JSONResponse({"detail": "x" * 2000}, 422, media_type="application/problem+json")


async def streamed(request: Request) -> Response:
    return StreamingResponse(parts(), media_type="text/csv; charset=utf-8")


async def events(request: Request) -> Response:
    return StreamingResponse(parts(), media_type="text/event-stream")


async def parquet(request: Request) -> Response:
    return Response(PART, media_type="application/vnd.apache.parquet")


async def fixed(request: Request) -> Response:
    return Response(PART, media_type="text/plain", headers={"Cache-Control": "no-cache, no-transform"})


async def packed(request: Request) -> Response:
    return Response(gzip.compress(PART), media_type="text/plain", headers={"Content-Encoding": "gzip"})


ENDPOINTS = (large, small, problem, streamed, events, parquet, fixed, packed)


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = Starlette(routes=[Route(f"/{one.__name__}", one, methods=["GET", "POST", "HEAD"]) for one in ENDPOINTS])
    app.add_middleware(Packing)
    return TestClient(app)


def raw(client: TestClient, path: str, accepted: str = "br", method: str = "GET") -> tuple[dict[str, str], bytes]:
    """Return the headers and the bytes as they were sent."""
    with client.stream(method, path, headers={"accept-encoding": accepted}) as answer:
        return dict(answer.headers), b"".join(answer.iter_raw())


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("encoding", ["br", "gzip"])
@pytest.mark.parametrize("path", ["/large", "/problem", "/streamed"])
def test_a_large_text_is_compressed(client: TestClient, path: str, encoding: str, method: str) -> None:
    _, plain = raw(client, path, "identity", method)
    headers, sent = raw(client, path, encoding, method)
    assert headers["content-encoding"] == encoding
    assert "Accept-Encoding" in headers["vary"]
    assert len(sent) < 0.6 * len(plain)
    assert UNPACK[encoding](sent) == plain
    assert headers.get("content-length") == (None if path == "/streamed" else str(len(sent)))


@pytest.mark.parametrize("path", ["/small", "/events", "/parquet", "/fixed"])
def test_what_is_small_or_no_text_is_sent_as_it_is(client: TestClient, path: str) -> None:
    headers, sent = raw(client, path)
    assert "content-encoding" not in headers
    assert sent == raw(client, path, "identity")[1]


def test_what_is_compressed_already_stays(client: TestClient) -> None:
    headers, sent = raw(client, "/packed")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(sent) == PART


def test_a_tag_of_other_bytes_is_a_weak_one(client: TestClient) -> None:
    assert raw(client, "/large", "identity")[0]["etag"] == '"x"'
    headers, _ = raw(client, "/large")
    assert headers["etag"] == 'W/"x"'
    assert headers["vary"] == "Cookie, Accept-Encoding"


def test_the_head_alone_tells_the_same(client: TestClient) -> None:
    got, asked = raw(client, "/large")[0], raw(client, "/large", method="HEAD")[0]
    assert {name: got[name] for name in ("content-encoding", "content-length")} == {
        name: asked[name] for name in ("content-encoding", "content-length")
    }


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None), ("identity", None), ("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"), ("br;q=0", None), ("*", "br"), ("*;q=0", None), ("gzip;q=none", None), ("BR", "br"),
        ("br ; q=0.001", "br"), (",,;q=1", None),
    ],
)  # fmt: skip
def test_the_encoding_is_the_best_that_is_taken(accepted: str, encoding: str | None) -> None:
    assert best_encoding(accepted) == encoding
