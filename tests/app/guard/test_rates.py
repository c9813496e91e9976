"""How often one may ask: a small app and a clock that the test moves, and a class on a real server."""

import asyncio
import re
import time
from collections import Counter
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from scripts.serving import serving
from skipscope.app.guard.clients import COOKIE
from skipscope.app.guard.rates import Rates, kind_of
from skipscope.app.settings import Settings

ANNA, BERT = "a" * 22, "b" * 22


class Door:
    """A small app behind the limits, and what they refused."""

    def __init__(self, **settings: int) -> None:
        self.refused: Counter[tuple[int, str]] = Counter()
        app = FastAPI()
        chosen = Settings.model_validate(settings)
        app.add_middleware(Rates, settings=chosen, refused=lambda status, by: self.refused.update([(status, by)]))

        @app.api_route("/{path:path}", methods=["GET", "POST", "PATCH"])
        async def _any(path: str) -> str:
            return path

        self.app = app

    def ask(
        self, path: str, browser: str | None = None, *, address: str = "192.0.2.1", method: str = "GET"
    ) -> httpx2.Response:
        """Ask as a browser, or as a program without a cookie, from an address."""
        with TestClient(self.app, client=(address, 50_000)) as client:
            headers = {} if browser is None else {"Cookie": f"{COOKIE}={browser}"}
            return client.request(method, path, headers=headers)

    def count(self, path: str, browser: str | None = None, *, tries: int = 12, **more: str) -> int:
        """Return how many of some requests are answered."""
        return sum(self.ask(path, browser, **more).status_code == 200 for _ in range(tries))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Put the clock into the test's hands, at the beginning of a minute."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/", "reads"),
        ("GET", "/metrics", "reads"),
        ("GET", "/api/runs", "reads"),
        ("GET", "/api/runs/x", "reads"),
        ("GET", "/nowhere/events", "reads"),
        ("GET", "/api/architectures", "reads"),
        ("GET", "/api/architectures/resnet50", "probes"),
        ("POST", "/api/architectures/summary", "probes"),
        ("POST", "/api/probe", "probes"),
        ("POST", "/api/runs/check", "probes"),
        ("POST", "/api/experiments/estimate", "probes"),
        ("GET", "/api/experiments/list", "reads"),
        ("GET", "/api/runs/x/history", "probes"),
        ("GET", "/runs/x/offline.html", "probes"),
        ("GET", "/api/datasets/digits/samples.png", "probes"),
        ("GET", "/api/datasets/digits/images.png", "probes"),
        ("POST", "/api/runs", "changes"),
        ("PATCH", "/api/runs/x", "changes"),
        ("DELETE", "/api/runs/x/events", "changes"),
        ("GET", "/api/runs/x/events", "streams"),
        ("GET", "/static/~0123456789ab/js/pages/explore.js", None),
        ("GET", "/healthz", None),
        ("GET", "/readyz", None),
    ],
)
def test_what_a_request_counts_as(method: str, path: str, kind: str | None) -> None:
    assert kind_of(method, path) == kind


def test_a_browser_that_asks_too_often_is_told_when_to_come_again(clock: list[float]) -> None:
    door = Door(rate_reads=10, rate_share=5)
    assert door.count("/", ANNA) == 10
    answer = door.ask("/api/runs", ANNA)
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["field"], problem["limit"]) == ("reads", "10 a minute for one browser")
    assert "SKIPSCOPE_RATE_READS" in problem["remedy"]
    assert door.refused == {(429, "rate"): 3}
    assert answer.headers["retry-after"] == "61"


def test_the_time_to_wait_is_right_to_the_second(clock: list[float]) -> None:
    door = Door(rate_reads=10)
    for pause in (0.0, 17.3, 59.9, 61.0, 0.5):
        clock[0] += pause
        while (answer := door.ask("/", ANNA)).status_code == 200:
            clock[0] += 0.7
        wait = int(answer.headers["retry-after"])
        before = clock[0]
        clock[0] = before + wait - 1.01
        if wait > 1:
            assert door.ask("/", ANNA).status_code == 429
        clock[0] = before + wait
        assert door.ask("/", ANNA).status_code == 200
    clock[0] += 120
    assert door.count("/", ANNA) == 10


def test_a_new_minute_does_not_allow_everything_at_once(clock: list[float]) -> None:
    door = Door(rate_reads=10)
    clock[0] += 59
    assert door.count("/", ANNA) == 10
    clock[0] += 2
    assert door.count("/", ANNA) <= 1


def test_kinds_and_browsers_do_not_take_from_each_other(clock: list[float]) -> None:
    door = Door(rate_reads=3, rate_probes=2, rate_changes=1, rate_streams=4)
    assert door.count("/", ANNA) == 3
    assert door.count("/api/probe", ANNA, method="POST") == 2
    assert door.count("/api/runs", ANNA, method="POST") == 1
    assert door.count("/", BERT) == 3
    assert door.count("/static/x.js", ANNA) == 12
    assert door.count("/api/runs/x/events", ANNA) == 4


def test_an_address_has_its_share_whatever_cookies_it_makes_up(clock: list[float]) -> None:
    door = Door(rate_reads=2, rate_share=3)
    assert sum(door.ask("/", f"{i:022d}").status_code == 200 for i in range(12)) == 6
    answer = door.ask("/")
    assert answer.status_code == 429
    assert answer.json()["limit"] == "6 a minute for one address"
    assert "SKIPSCOPE_RATE_SHARE" in answer.json()["remedy"]
    assert door.ask("/", address="192.0.2.2").status_code == 200


def test_one_browser_does_not_use_up_the_share_of_its_address(clock: list[float]) -> None:
    door = Door(rate_reads=2, rate_share=3)
    assert door.count("/", ANNA, tries=50) == 2
    assert door.count("/", BERT) == 2


def test_of_ipv6_the_network_counts(clock: list[float]) -> None:
    door = Door(rate_reads=1, rate_share=2)
    assert [door.ask("/", address=f"2001:db8::{i}").status_code for i in range(1, 4)] == [200, 200, 429]
    assert door.ask("/", address="2001:db8:0:1::1").status_code == 200
    assert [door.ask("/", address=f"::ffff:192.0.2.{i}").status_code for i in range(1, 4)] == [200, 200, 200]


def test_zero_is_any_number(clock: list[float]) -> None:
    assert Door(rate_reads=0).count("/", tries=100) == 100


def test_what_is_kept_of_made_up_cookies_is_bounded(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipscope.app.guard.rates.MAX_BROWSERS", 4)
    door = Door(rate_reads=1)
    answers = [door.ask("/", f"{i:022d}").status_code for i in range(10) for _ in range(2)]
    # the first few are counted one by one, the others with their address
    assert answers == [200, 429] * 2 + [200] * 16


async def _open_the_page(url: str) -> list[int]:
    """Open the page as a browser does: the page, then files that it names, then what is asked for with the cookie."""
    async with httpx2.AsyncClient(base_url=url, timeout=120) as student:
        page = await student.get("/")
        found = [page.status_code]
        assert COOKIE in student.cookies
        for path in list(dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)))[:3]:
            found.append((await student.head(path)).status_code)
        for path in ("/api/architectures", "/api/datasets", "/api/architectures/resnet56", "/runs", "/"):
            found.append((await student.get(path)).status_code)
        return found


@pytest.mark.slow
def test_a_class_of_300_behind_one_address_opens_the_page(tmp_path: Path) -> None:
    async def come(url: str) -> Counter[int]:
        seats = asyncio.Semaphore(30)

        async def one() -> list[int]:
            async with seats:
                return await _open_the_page(url)

        return Counter(status for found in await asyncio.gather(*(one() for _ in range(300))) for status in found)

    with serving(tmp_path) as (url, _):
        answers = asyncio.run(come(url))
        assert set(answers) == {200}, answers
        assert answers[200] == 300 * 9
        text = httpx2.get(f"{url}/metrics", timeout=30).text
    assert 'skipscope_refused_total{by="rate"' not in text


def test_what_is_refused_is_counted_for_prometheus(tmp_path: Path) -> None:
    chosen = {"SKIPSCOPE_RATE_CHANGES": "1", "SKIPSCOPE_RATE_SHARE": "1"}
    with serving(tmp_path, environment=chosen) as (url, _), httpx2.Client(base_url=url, timeout=30) as program:
        answers = [program.delete("/api/runs/none") for _ in range(4)]
        counted = re.search(r'skipscope_refused_total\{by="rate",status="429"\} (\d+)', program.get("/metrics").text)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 2
    assert refused[0].headers["content-security-policy"]
    assert counted
    assert int(counted[1]) == len(refused)


@pytest.mark.parametrize("path", ["/api/rooms/lessons", "/api/rooms/", "/api/rooms/lessons/events", "/api/roomsK7PX3M"])
def test_only_what_is_a_rooms_is_not_counted_by_address(clock: list[float], path: str) -> None:
    door = Door(rate_reads=2, rate_streams=2, rate_share=2)
    assert door.count(path) == 4
    for of_a_room in ("/api/rooms/K7PX3M", "/api/rooms/k7px3m/members/1", "/api/rooms/K7PX3M/events"):
        assert door.count(of_a_room) == 12
