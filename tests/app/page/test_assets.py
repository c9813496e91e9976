"""Files are kept for ever under the digest of all of them, compressed; elsewhere they are asked for again."""

import gzip
import re
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import brotli
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import Message

from skipscope.app.page import assets
from skipscope.app.page.assets import Assets, fingerprint, page_urls, static_url
from skipscope.app.page.paths import STATIC, TEMPLATES


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Mount("/static", Assets(directory=STATIC))]))


def test_a_file_under_its_digest_is_kept_for_ever(client: TestClient) -> None:
    answer = client.get(static_url("js/view/state/state.js"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.text == (STATIC / "js" / "view" / "state" / "state.js").read_text()
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("address", ["/static/js/view/state/state.js", "/static/~000000000000/js/view/state/state.js"])
def test_another_address_is_asked_for_again(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_text_is_compressed_for_who_takes_it(client: TestClient, encoding: str, unpack: object) -> None:
    with client.stream("GET", static_url("css/base.css"), headers={"accept-encoding": f"{encoding};q=0.8"}) as answer:
        packed = b"".join(answer.iter_raw())
    plain = (STATIC / "css" / "base.css").read_bytes()
    assert answer.headers["content-encoding"] == encoding
    assert len(packed) < 0.5 * len(plain)
    assert callable(unpack)
    assert unpack(packed) == plain
    raw = client.get(static_url("css/base.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in raw.headers
    assert raw.content == plain


def test_a_page_loads_few_files_of_its_bundle(client: TestClient) -> None:
    urls = page_urls("explore")
    assert urls[0] == static_url("vendor/page/explore.js")
    assert len(urls) < 10
    for url in urls:
        answer = client.get(url, headers={"accept-encoding": "br"})
        assert (answer.status_code, answer.headers["content-encoding"]) == (200, "br")


def test_a_page_whose_modules_were_changed_loads_each_module(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "loaded_by", lambda _: None)
    monkeypatch.setattr(assets, "_files", assets._files.__wrapped__)
    urls = page_urls("explore")
    assert urls[0] == static_url("js/pages/explore.js")
    others = ("view/state/state.js", "view/diagram/paint.js", "figure/history.js")
    assert {static_url(f"js/{name}") for name in others} <= set(urls)
    assert len(urls) == len(set(urls))
    for url in urls:
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "path", ["../app/main.py", "%2e%2e/app/main.py", f"~{fingerprint()}/../../app/main.py", "~x", "js"]
)
def test_nothing_outside_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_what_is_kept_follows_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.js").write_text("export const one = 1;\n")
    monkeypatch.setattr("skipscope.app.page.assets.fingerprint", (tmp_path / "page.js").read_text)
    client = TestClient(Assets(tmp_path))
    assert client.get("/page.js").text == client.get("/page.js").text == "export const one = 1;\n"
    (tmp_path / "page.js").write_text("export const two = 2;\n")
    assert client.get("/page.js").text == "export const two = 2;\n"


def test_a_header_for_one_client_does_not_reach_the_next() -> None:
    async def call(*, with_cookie: bool) -> list[tuple[bytes, bytes]]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            if with_cookie and message["type"] == "http.response.start":
                message["headers"].append((b"set-cookie", b"one=1"))
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/icon.svg", "headers": [], "app": None}
        await assets(scope, receive, send)
        return sent[0]["headers"]

    assets = Assets(STATIC)
    assert (b"set-cookie", b"one=1") in anyio.run(partial(call, with_cookie=True))
    assert (b"set-cookie", b"one=1") not in anyio.run(partial(call, with_cookie=False))


def test_every_page_names_its_entry_and_leaves_the_rest_to_the_base() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        if '{% extends "base.html" %}' in text:
            assert text.count("{% set entry = ") == 1, f"{path.name}: the base loads the script that `entry` names"
            assert "page_urls" not in text, f"{path.name}: the base has these lines"
            assert "first_json" not in text, f"{path.name}: the base has these lines"


def test_all_of_plotly_is_the_version_of_its_parts(client: TestClient) -> None:
    heads = [client.get(static_url(f"vendor/plotly{part}.min.js")).text[:200] for part in ("", "-cartesian", "-basic")]
    assert len({re.findall(r"plotly\.js.* v(\S+)", head)[0] for head in heads}) == 1
    whole = client.get("/static/vendor/plotly.min.js")
    assert whole.headers["content-type"].startswith("text/javascript")
    assert "content-encoding" not in whole.headers, "it is compressed in parts on its way out"
