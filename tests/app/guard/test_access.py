"""The workshop's password and the admin token, on a small app of its own; real servers are in http/test_admin.py."""

import base64
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from pydantic import ValidationError

from skipscope.app.guard.clients import COOKIE
from skipscope.app.guard.security import Guard
from skipscope.app.settings import Settings

WORD, TOKEN, WRITE = "grüße", "0123456789abcdef-admin", "0123456789abcdef-write"


def basic(password: str) -> str:
    """Write the header that a browser sends."""
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


class Door:
    """A small app that says who one is, behind the guard."""

    def __init__(self, **settings: object) -> None:
        self.app = FastAPI()
        self.app.add_middleware(Guard, settings=Settings.model_validate(settings), refused=lambda *_: None)

        @self.app.get("/")
        async def _who(request: Request) -> str:
            assert request.state.sees_all or not request.state.changes_all
            return "admin" if request.state.changes_all else "reader" if request.state.sees_all else "guest"

        @self.app.get("/healthz")
        async def _health() -> str:
            return "ok"

    def ask(
        self, authorization: str = "", *, browser: str = "", address: str = "192.0.2.1", path: str = "/"
    ) -> httpx2.Response:
        """Ask with credentials."""
        headers = {"Authorization": authorization} if authorization else {}
        if browser:
            headers["Cookie"] = f"{COOKIE}={browser}"
        with TestClient(self.app, base_url="http://localhost", client=(address, 50_000)) as client:
            return client.get(path, headers=headers)


def test_without_secrets_everybody_sees_all_and_changes_ones_own() -> None:
    door = Door()
    for given in ("", "Bearer anything", basic("anything"), "Negotiate x"):
        assert door.ask(given).json() == "reader"


def test_a_class_that_shares_changes_all() -> None:
    assert Door(shared_runs=True).ask().json() == "admin"


def test_with_a_token_alone_the_page_is_open_and_some_things_are_not() -> None:
    door = Door(admin_token=TOKEN)
    assert door.ask().json() == "guest"
    for right in (f"Bearer {TOKEN}", f"bearer  {TOKEN} ", basic(TOKEN)):
        assert door.ask(right).json() == "admin"
    for wrong in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ", basic(""), basic(TOKEN[1:]), "Basic ?"):
        assert door.ask(wrong).status_code == 401
    assert door.ask(f"Digest {TOKEN}").json() == "guest"


def test_a_write_token_lets_in_and_gives_no_right_over_others_runs() -> None:
    door = Door(write_token=WRITE, password=WORD)
    assert door.ask(f"Bearer {WRITE}").json() == "reader"
    assert door.ask(f"Bearer {WRITE}x").status_code == 401
    assert door.ask().status_code == 401


def test_with_both_the_password_lets_in_and_the_token_does_everything() -> None:
    door = Door(admin_token=TOKEN, password=WORD)
    assert door.ask().status_code == 401
    assert door.ask().headers["www-authenticate"].startswith("Basic ")
    assert door.ask(basic(WORD)).json() == "guest"
    assert door.ask(basic(TOKEN)).json() == "admin"
    assert door.ask(f"Bearer {TOKEN}").json() == "admin"
    assert door.ask(f"Bearer {TOKEN}!").status_code == 401
    assert door.ask(path="/healthz").json() == "ok"


def test_secrets_come_from_files(tmp_path: Path) -> None:
    word, token = tmp_path / "word", tmp_path / "token"
    word.write_text(f"{WORD}\n", encoding="utf-8")
    token.write_text(f"{TOKEN}\r\n", encoding="utf-8")
    door = Door(password_file=str(word), admin_token_file=str(token))
    assert [door.ask(given).status_code for given in ("", basic(WORD), basic(WORD + "\n"))] == [401, 200, 401]
    assert door.ask(f"Bearer {TOKEN}").json() == "admin"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"admin_token": "short"}, "has 5 characters; at least 16"),
        ({"admin_token": TOKEN, "password": TOKEN}, "is the workshop's password"),
        ({"admin_token_file": "missing"}, "SKIPSCOPE_ADMIN_TOKEN_FILE=missing cannot be read"),
        ({"password_file": "empty"}, "SKIPSCOPE_PASSWORD_FILE=empty is empty"),
        ({"password_file": "word", "password": WORD}, "are both set"),
        ({"password_file": "binary"}, "cannot be read"),
    ],
)
def test_secrets_that_protect_nothing_are_refused(
    settings: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").write_text("\n", encoding="utf-8")
    Path("word").write_text("word", encoding="utf-8")
    Path("binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ValidationError, match=said) as error:
        Settings.model_validate(settings)
    for secret in (TOKEN, WORD):
        assert secret not in str(error.value)
    assert TOKEN not in repr(Settings.model_validate({"admin_token": TOKEN}))


def test_who_guesses_too_often_is_not_told_any_more() -> None:
    door = Door(password=WORD, rate_passwords=5)
    known = "k" * 22
    assert door.ask(basic(WORD), browser=known).status_code == 200
    # a browser asks once without a password before it asks its user: that is no guess
    assert [door.ask().status_code for _ in range(20)] == [401] * 20
    guesses = [door.ask(basic(f"guess {i}")) for i in range(20)]
    assert guesses[0].status_code == 401
    refused = [answer for answer in guesses if answer.status_code == 429]
    assert len(refused) >= 9  # in the worst case a minute begins between
    assert 1 <= int(refused[0].headers["retry-after"]) <= 121
    assert refused[0].json()["field"] == "Authorization"
    # not even that it would have been right; from elsewhere, or known from before, it is
    assert door.ask(basic(WORD)).status_code == 429
    assert door.ask(basic(WORD), browser="x" * 22).status_code == 429
    assert door.ask(basic(WORD), browser=known).status_code == 200
    assert door.ask(basic(WORD), address="192.0.2.2").status_code == 200
    assert door.ask(basic("guess"), browser=known).status_code == 429
