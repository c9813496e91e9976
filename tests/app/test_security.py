"""What stands before every route, on a small app of its own."""

import base64
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app import errors
from app.security import Guard
from app.settings import Settings

WORD = "grüße"


def client(**settings: object) -> TestClient:
    """Guard an app that says how many bytes it was sent."""
    app = FastAPI()
    errors.install(app)
    app.add_middleware(Guard, settings=Settings.model_validate(settings), refused=lambda *_: None)

    @app.post("/size")
    async def _size(request: Request) -> int:
        return len(await request.body())

    @app.get("/healthz")
    async def _health() -> str:
        return "ok"

    return TestClient(app)


def basic(password: str) -> dict[str, str]:
    """Write the header that a browser sends."""
    return {"Authorization": "Basic " + base64.b64encode(f"student:{password}".encode()).decode()}


def test_every_answer_has_the_headers_refusals_too() -> None:
    for answer in (client().get("/healthz"), client(password=WORD).post("/size"), client().get("/nowhere")):
        policy = answer.headers["content-security-policy"]
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert script == "script-src 'self'"
        assert answer.headers["x-content-type-options"] == "nosniff"


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
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_changes_come_from_our_own_pages(headers: dict[str, str], status: int) -> None:
    assert client().post("/size", content=b"", headers=headers).status_code == status


def test_other_names_are_refused() -> None:
    guarded = client(allowed_hosts="testserver, lab.example")
    assert guarded.post("/size", content=b"").status_code == 200
    assert guarded.post("/size", content=b"", headers={"Host": "lab.example:8000"}).status_code == 200
    assert guarded.post("/size", content=b"", headers={"Host": "evil.example"}).status_code == 400


def test_bodies_have_a_limit_told_or_not() -> None:
    guarded = client(max_body=1024)
    assert guarded.post("/size", content=b"x" * 1024).json() == 1024
    assert guarded.post("/size", content=b"x" * 1025).status_code == 413

    def untold() -> Iterator[bytes]:
        yield from (b"x" * 512 for _ in range(3))

    answer = guarded.post("/size", content=untold())
    assert answer.status_code == 413
    assert answer.json()["limit"] == "1024"
