"""What stands before every route, on a small app of its own."""

import base64
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel

from skipscope.app import errors
from skipscope.app.guard.headers import ALWAYS
from skipscope.app.guard.security import Guard
from skipscope.app.settings import Settings

WORD = "grüße"


class Wish(BaseModel):
    """A body that the framework reads."""

    text: str


def client(scheme: str = "http", **settings: object) -> TestClient:
    """Guard an app that says how many bytes it was sent."""
    app = FastAPI()
    errors.install(app)
    app.add_middleware(Guard, settings=Settings.model_validate(settings), refused=lambda *_: None)

    @app.post("/size")
    async def _size(request: Request) -> int:
        return len(await request.body())

    @app.post("/parsed")
    async def _parsed(wish: Wish) -> int:
        return len(wish.text)

    @app.get("/broken")
    async def _broken() -> None:
        raise RuntimeError("a mistake")

    for path in ("/healthz", "/metrics"):

        @app.get(path)
        async def _open() -> str:
            return "ok"

    return TestClient(app, base_url=f"{scheme}://localhost", raise_server_exceptions=False)


def basic(password: str) -> dict[str, str]:
    """Write the header that a browser sends."""
    return {"Authorization": "Basic " + base64.b64encode(f"student:{password}".encode()).decode()}


ANSWERS = [
    ("GET", "/healthz", {}, 200),
    ("OPTIONS", "/size", {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}, 405),
    ("GET", "/healthz", {"Origin": "https://evil.example"}, 200),
    ("POST", "/size", {"Origin": "https://evil.example"}, 403),
    ("POST", "/size", {"Host": "evil.example"}, 400),
    ("POST", "/size", {"Content-Length": "99999999"}, 413),
    ("POST", "/parsed", {}, 422),
    ("POST", "/size", {"Authorization": "Basic ?"}, 401),
    ("GET", "/nowhere", {}, 404),
    ("GET", "/size", {}, 405),
    ("GET", "/broken", {}, 500),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS)
def test_every_answer_has_every_header_and_is_for_no_other_site(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    secret = {"admin_token": "0123456789abcdef"} if status == 401 else {}
    answer = client(**secret).request(method, path, headers=headers)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "strict-transport-security" not in answer.headers
    secure = client("https", **secret).request(method, path, headers=headers)
    assert secure.headers["strict-transport-security"] == "max-age=31536000"


def test_scripts_come_from_files_of_ours_alone() -> None:
    policy = dict(part.split(" ", 1) for part in ALWAYS["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == policy["default-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert ALWAYS["X-Content-Type-Options"] == "nosniff"


def test_the_password_is_asked_for_and_taken() -> None:
    guarded = client(password=WORD)
    assert guarded.get("/healthz").status_code == 200
    refused = guarded.post("/size", content=b"abc")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert WORD not in refused.text
    assert guarded.post("/size", content=b"abc", headers=basic("grüß")).status_code == 401
    assert guarded.post("/size", content=b"abc", headers={"Authorization": "Basic ?"}).status_code == 401
    assert guarded.post("/size", content=b"abc", headers=basic(WORD)).json() == 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_changes_come_from_our_own_pages(headers: dict[str, str], status: int) -> None:
    assert client().post("/size", content=b"", headers=headers).status_code == status


def test_other_names_are_refused_and_scrapers_are_not() -> None:
    for guarded in (client(), client(allowed_hosts="lab.example")):
        refused = guarded.post("/size", content=b"", headers={"Host": "evil.example"})
        assert refused.status_code == 400
        assert "SKIPSCOPE_ALLOWED_HOSTS" in refused.json()["remedy"]
        for path in ("/healthz", "/metrics"):
            assert guarded.get(path, headers={"Host": "skipscope:8000"}).status_code == 200
    assert client(allowed_hosts="lab.example").post("/size", headers={"Host": "lab.example:8000"}).status_code == 200
    assert client(password=WORD).get("/metrics", headers={"Host": "skipscope:8000"}).status_code == 401


def test_bodies_have_a_limit_told_or_not() -> None:
    guarded = client(max_body=1024)
    assert guarded.post("/size", content=b"x" * 1024).json() == 1024
    assert guarded.post("/size", content=b"x" * 1025).status_code == 413

    def untold() -> Iterator[bytes]:
        yield from (b"x" * 512 for _ in range(3))

    answer = guarded.post("/size", content=untold())
    assert answer.status_code == 413
    assert answer.json()["limit"] == "1024"


@pytest.mark.parametrize("path", ["/size", "/parsed"])
def test_a_body_that_is_too_large_is_told_so_whoever_reads_it(path: str) -> None:
    def untold() -> Iterator[bytes]:
        yield b'{"text": "'
        yield from (b"x" * 512 for _ in range(3))

    answer = client(max_body=1024).post(path, content=untold(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["limit"] == "1024"
    assert answer.headers["x-content-type-options"] == "nosniff"
