"""The runs of a room's members: which they are, what the host may do with them, and that the room's end takes them."""

import csv
import io
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest

from skipscope.app.guard.clients import COOKIE
from tests.app.http.conftest import Api
from tests.app.http.test_rooms import ADA, BERT, Room

TINY = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
SWEEP = {
    "kind": "degradation", "variants": [{**TINY, "skips": False}, TINY], "batch_size": 8, "steps": 20_000,
    "depths": [6, 10], "rates": [0.01, 0.05],
}  # fmt: skip


class Browser(Api):
    """A browser, known by its cookie, as a page gives one."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(url)
        self.http.headers["Cookie"] = f"{COOKIE}={name:x<22}"

    def joins(self, room: Room, key: str) -> str:
        """Take a seat and return its name."""
        answer = self.http.post(f"{room.url}/members", json={"key": key})
        assert answer.status_code == 200, answer.text
        return answer.json()["name"]


class Class:
    """A room with its host's browser and two members' browsers."""

    def __init__(self, url: str) -> None:
        self.host, self.ada, self.bert = (Browser(url, name) for name in ("host", "ada", "bert"))
        self.room = Room(self.host.http, title="A class")
        self.names = [self.ada.joins(self.room, ADA), self.bert.joins(self.room, BERT)]

    def runs(self) -> list[dict[str, Any]]:
        answer = self.room.host("runs")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tell(self, run: str, **body: Any) -> httpx2.Response:
        return self.host.http.patch(f"{self.room.url}/runs/{run}", json=body, headers=self.room.secret)

    def remove(self, run: str) -> httpx2.Response:
        return self.host.http.delete(f"{self.room.url}/runs/{run}", headers=self.room.secret)

    def close(self) -> None:
        for one in (self.host, self.ada, self.bert):
            one.http.close()

    def end(self) -> httpx2.Response:
        return self.host.http.delete(self.room.url, headers=self.room.secret)


@pytest.fixture
def class_(api: Api) -> Iterator[Class]:
    made = Class(api.url)
    yield made
    made.end()
    for one in (made.host, made.ada, made.bert):
        for run in one.http.get("/api/runs", params={"mine": "true"}).json()["runs"]:
            one.http.delete(f"/api/runs/{run['id']}")
    made.close()


def test_a_run_that_is_started_from_a_seat_is_the_rooms_and_no_other(class_: Class, api: Api) -> None:
    ours = class_.ada.start(state="paused", name="mine")
    own = class_.host.start(state="paused")  # the host's own
    outside = api.start(state="paused")  # a program at the same address
    assert [(one["id"], one["member"], one["name"], one["here"]) for one in class_.runs()] == [
        (ours["id"], class_.names[0], "mine", True)
    ]
    assert class_.runs()[0]["networks"]
    for run in (own, outside):
        assert class_.tell(run["id"], state="stopped").status_code == 404
        assert class_.remove(run["id"]).status_code == 404
    # the host's browser may have a seat too, and its runs are the instructor's
    class_.host.joins(class_.room, "c" * 32)
    class_.host.start(state="paused")
    assert len(class_.runs()) == 1
    # another room has nothing of it, though its host has a secret
    other = Room(class_.bert.http)
    refused = api.http.patch(f"{other.url}/runs/{ours['id']}", json={"state": "stopped"}, headers=other.secret)
    assert refused.status_code == 404
    assert api.http.get(f"{other.url}/runs", headers=other.secret).json() == []
    # who enters another room starts runs there from then on
    class_.ada.joins(other, ADA)
    later = class_.ada.start(state="paused")
    assert [one["id"] for one in api.http.get(f"{other.url}/runs", headers=other.secret).json()] == [later["id"]]
    assert [one["id"] for one in class_.runs()] == [ours["id"]]
    class_.ada.joins(class_.room, ADA)
    back = class_.ada.start(state="paused")
    assert {one["id"] for one in class_.runs()} == {ours["id"], back["id"]}
    api.http.delete(other.url, headers=other.secret)
    assert class_.ada.get(later).get("id") is None, "the end of its room took it"
    assert class_.ada.get(back)["id"] == back["id"]


def test_the_host_pauses_stops_and_removes_and_nobody_else_does(class_: Class) -> None:
    run = class_.ada.start()
    class_.ada.until(lambda: class_.ada.get(run)["recorded"] > 0)
    for who in (class_.bert, class_.host):
        assert who.patch(run, state="paused").status_code == 403, "its address is no way for them"
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        at = f"{class_.room.url}/runs"
        ask = class_.bert.http
        assert ask.get(at, headers=headers).status_code == 403
        assert ask.patch(f"{at}/{run['id']}", json={"state": "paused"}, headers=headers).status_code == 403
        assert ask.delete(f"{at}/{run['id']}", headers=headers).status_code == 403
    assert class_.tell(run["id"], state="nonsense").status_code == 422
    assert class_.tell(run["id"], state="paused").status_code == 200
    class_.ada.until(lambda: class_.ada.get(run)["state"] == "paused")
    assert class_.ada.get(run)["reason"] == "by the host of the room"
    (seen,) = class_.runs()
    assert (seen["state"], seen["total"]) == ("paused", 20_000)
    assert seen["done"] > 0
    assert set(seen["possible"]) == {"running", "stopped"}
    assert class_.ada.patch(run, state="running").status_code == 200, "it is its member's still"
    assert class_.tell(run["id"], state="stopped").status_code == 200
    class_.ada.until(lambda: class_.ada.get(run)["ended"] is not None)
    assert class_.tell(run["id"], state="paused").status_code == 409
    assert class_.remove(run["id"]).status_code == 204
    assert class_.ada.http.get(f"/api/runs/{run['id']}").status_code == 404
    assert class_.runs() == []


def test_who_is_removed_is_not_banned_and_their_runs_stay_in_sight(class_: Class) -> None:
    run = class_.ada.start(state="paused")
    seat = next(one["seat"] for one in class_.room.host().json()["seats"] if one["name"] == class_.names[0])
    class_.host.http.delete(f"{class_.room.url}/seats/{seat}", headers=class_.room.secret)
    (seen,) = class_.runs()
    assert (seen["id"], seen["seat"], seen["here"]) == (run["id"], seat, False)
    own = class_.ada.start(state="paused")
    assert len(class_.runs()) == 1, "no seat, so no room's"
    assert class_.tell(own["id"], state="stopped").status_code == 404
    class_.ada.joins(class_.room, ADA)
    class_.ada.start(state="paused")
    assert [one["here"] for one in class_.runs()] == [True, True]


def test_an_experiment_with_its_parts_and_a_fork_are_the_rooms_too(class_: Class) -> None:
    ada = class_.ada
    made = ada.http.post("/api/experiments", json=SWEEP)
    assert made.status_code == 201, made.text
    experiment = made.json()["id"]
    parts = lambda: ada.http.get("/api/runs", params={"experiment": experiment}).json()["runs"]  # noqa: E731
    ada.until(parts)
    (seen,) = class_.runs()
    assert (seen["id"], seen["kind"], seen["address"]) == (experiment, "degradation", f"/lab?experiment={experiment}")
    assert class_.tell(experiment, state="paused").status_code == 200
    ada.until(lambda: ada.http.get(f"/api/experiments/{experiment}").json()["state"] == "paused")
    assert class_.tell(experiment, state="running").status_code == 200
    left = [run["id"] for run in parts()]
    assert class_.end().status_code == 204
    assert ada.http.get(f"/api/experiments/{experiment}").status_code == 404
    assert [ada.http.get(f"/api/runs/{run}").status_code for run in left] == [404] * len(left)
    assert parts() == []


def test_the_export_has_the_runs_and_names_only_where_they_are_asked_for(class_: Class) -> None:
    run = class_.ada.start(steps=3, name="=cmd()")
    class_.ada.until(lambda: class_.ada.get(run)["ended"] is not None)
    named = class_.room.host("export", format="csv", of="runs", names="true").text
    (row,) = csv.DictReader(io.StringIO(named))
    assert (row["member"], row["name"], row["state"], row["done"]) == (class_.names[0], "'=cmd()", "done", "3")
    assert float(row["loss"]) > 0
    assert float(row["ratio"]) > 0
    (row,) = csv.DictReader(io.StringIO(class_.room.host("export", format="csv", of="runs").text))
    assert row["member"].startswith("member ")
    assert row["name"] == ""
    page = class_.room.host("export").text
    assert "<h2>Runs</h2>" in page
    assert class_.names[0] not in page


def test_nothing_of_a_room_is_left_when_it_ends(serve: Any) -> None:
    with serve(keep_weights_megabytes="50") as (url, _):
        class_ = Class(url)
        done = class_.ada.start(steps=3, name="keep this")
        class_.ada.until(lambda: class_.ada.get(done)["ended"] is not None)
        goes_on, waits = class_.bert.start(), class_.ada.start(state="paused")
        class_.bert.until(lambda: class_.bert.get(goes_on)["recorded"] > 0)
        hosts = class_.host.start(steps=3)
        class_.host.until(lambda: class_.host.get(hosts)["ended"] is not None)
        file = class_.ada.http.get(f"/api/runs/{done['id']}/weights")
        assert file.status_code == 200, file.text
        sent = class_.ada.http.post(
            "/api/weights", content=file.content, headers={"Content-Type": "application/octet-stream"}
        )
        assert sent.status_code == 201, sent.text
        class_.room.done(task={"title": "How deep?", "question": {"kind": "number", "text": "How much?"}})
        class_.room.answer(ADA, 0.5)
        events = class_.bert.follow(goes_on)
        next(events)
        assert class_.end().status_code == 204
        assert [event.data for event in events][-1]["reason"] == "the room that it was started in has ended"
        for run in (done, goes_on, waits):
            assert class_.ada.http.get(f"/api/runs/{run['id']}").status_code == 404
        assert class_.host.get(hosts)["state"] == "done"
        with closing(sqlite3.connect(f"file:{serve.folder / 'runs.db'}?mode=ro", uri=True)) as file_:
            rows = {name: file_.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}  # noqa: S608
            of_others = file_.execute(
                "SELECT count(*) FROM events JOIN runs ON runs.key = run AND id <> ?", [hosts["id"]]
            )
            assert of_others.fetchone()[0] == 0
        assert rows == {"rooms": 0, "seats": 0, "questions": 0, "answers": 0, "runs": 1}
        left = {path.name for folder in ("weights", "states") for path in (serve.folder / folder).glob("*")}
        assert left == {hosts["id"]}
        class_.close()


TABLES = ("rooms", "seats", "questions", "answers", "runs")


def test_a_room_that_was_over_when_the_server_ended_is_removed_by_the_next(serve: Any) -> None:
    with serve() as (url, _):
        class_ = Class(url)
        run = class_.ada.start(state="paused")
        code = class_.room.opened["code"]
        class_.close()
    with closing(sqlite3.connect(serve.folder / "runs.db")) as file_, file_:
        file_.execute("UPDATE rooms SET expires = ?", [time.time() - 1])
    with serve() as (url, _):
        ada = Browser(url, "ada")
        ada.until(lambda: ada.http.get(f"/api/runs/{run['id']}").status_code == 404)
        assert ada.http.get(f"/api/rooms/{code}").status_code == 404
        ada.http.close()


def test_one_stream_has_the_room_and_what_its_host_shows(class_: Class) -> None:
    run = class_.ada.start(steps=4, state="paused")
    reader = class_.bert
    address = f"{class_.room.url}/events"
    assert reader.http.get(address, params={"job": "none"}).status_code == 404
    with reader.http.stream("GET", address, params={"job": run["id"]}) as answer:
        lines = answer.iter_lines()
        said: list[tuple[str, int]] = []
        told = number = 0
        for line in lines:
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("event: "):
                said.append((line[7:], number))
            if said and said[-1][0] == "schema" and not told:
                told = class_.ada.patch(run, state="running").status_code
            if len(said) > 1 and said[-1][0] == "status" and line.startswith("data: ") and '"final":true' in line:
                class_.room.done(title="Another title")
            if "Another title" in line:
                break
    assert [number for kind, number in said if kind == "step"] != []
    of_run = [number for kind, number in said if kind != "room"]
    assert of_run == list(range(1, len(of_run) + 1)), "each event of the run, once, in order"
    # who comes back says how far it is with each
    rest = reader.http.stream("GET", address, params={"job": run["id"], "since": of_run[-2], "after": 0})
    with rest as answer:
        text = ""
        for piece in answer.iter_text():
            text += piece
            if "event: room" in text and "event: status" in text:
                break
    assert f"id: {of_run[-1]}\nevent: status" in text
    assert "event: step" not in text
