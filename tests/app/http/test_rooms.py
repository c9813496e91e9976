"""Rooms over HTTP: seats, answers, the host's acts; no truth before it is shown; a server that is killed."""

import json
import re
from typing import Any

import httpx2
import pytest

from skipscope.app.main import create_app
from skipscope.app.settings import Settings
from skipscope.app.wire.rooms import HostView, RoomView

TRUTH, OTHERS = 1.2345678e-13, 7.6543219e-07
QUESTION = {"kind": "number", "text": "How much is left?"}
TASK = {"title": "How small?", "text": "plain-56", "address": "/?net=plain56&hide=controls", "question": QUESTION}
ADA, BERT = "a" * 32, "b" * 32
NET = "/?net=,depths:1-1,widths:4-8,stem:cifar,stem_width:4,norm:none,block:basic&batch_size=16"


class Room:
    """A room that was opened, as its host and its members ask it."""

    def __init__(self, http: httpx2.Client, **wish: Any) -> None:
        self.http = http
        made = http.post("/api/rooms", json=wish)
        assert made.status_code == 201, made.text
        self.opened = made.json()
        self.url = f"/api/rooms/{self.opened['code']}"
        self.secret = {"Authorization": f"Bearer {self.opened['host']['secret']}"}

    def change(self, **wish: Any) -> httpx2.Response:
        return self.http.patch(self.url, json=wish, headers=self.secret)

    def done(self, **wish: Any) -> dict[str, Any]:
        answer = self.change(**wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def join(self, key: str, **wish: Any) -> httpx2.Response:
        return self.http.post(f"{self.url}/members", json={"key": key, **wish})

    def answer(self, key: str, value: Any, question: int = 1, **more: Any) -> httpx2.Response:
        return self.http.put(f"{self.url}/questions/{question}/answers/{key}", json={"value": value, **more})

    def see(self) -> dict[str, Any]:
        return self.http.get(self.url).json()

    def host(self, path: str = "host", **params: Any) -> httpx2.Response:
        return self.http.get(f"{self.url}/{path}", headers=self.secret, params=params)

    def stream(self) -> str:
        """Return the first event of the stream."""
        with self.http.stream("GET", f"{self.url}/events") as answer:
            return next(answer.iter_text())


def test_a_question_from_the_code_to_the_truth(room: Room) -> None:
    assert re.fullmatch("[2-9A-HJKMNP-Z]{6}", room.opened["code"])
    assert room.see()["phase"] == "wait"
    name = room.join(ADA).json()["name"]
    assert room.join(ADA).json()["name"] == name, "the same seat"
    assert room.http.get(f"/api/rooms/{room.opened['code'].lower()}/members/{ADA}").json()["name"] == name
    room.join(BERT)
    seen = room.done(task=TASK, seconds=600)
    assert (seen["phase"], seen["members"], seen["question"]["id"], seen["open"]) == ("predict", 2, 1, True)
    assert 590 < seen["ends"] - seen["now"] <= 600
    assert room.answer(ADA, 1e-4, sure=4).json() == {"value": 1e-4, "sure": 4, "turn": 0}
    assert room.answer(ADA, 1e-5, sure=5).json()["value"] == 1e-5
    assert room.answer(BERT, 1e-13).status_code == 200
    assert room.done(phase="discuss")["answered"] == 2
    assert room.answer(ADA, 1).status_code == 409
    assert room.done(clock="pause", extend=30)["remaining"] is None, "without an end there is nothing to stop"
    room.done(phase="predict_again")
    assert room.answer(BERT, 1e-12).status_code == 200
    assert room.see()["distribution"] is None
    shown = room.done(phase="reveal", truth=1e-13)
    assert (shown["truth"], shown["distribution"]["answered"], shown["distribution"]["sure_wrong"]) == (1e-13, 2, 1)
    bins = {one["at"]: (one["first"], one["last"]) for one in shown["distribution"]["bins"]}
    assert (bins[-5], bins[-13], bins[-12]) == ((1, 1), (1, 0), (0, 1))
    assert room.http.get(f"{room.url}/members/{BERT}").json()["answer"]["value"] == 1e-12


def test_a_step_of_learn_comes_with_its_question_and_its_truth_is_measured(room: Room) -> None:
    steps = room.http.get("/api/rooms/lessons").json()
    assert {"lesson": "problem", "step": 1, "title": "The problem: How small?", "kind": "number"} in steps
    seen = room.done(lesson={"lesson": "problem", "step": 1})
    assert (seen["task"]["address"], seen["question"]["kind"]) == ("/learn/problem?step=1", "number")
    assert room.done(phase="measure")["truth"] is None
    assert room.host().json()["has_truth"] is True
    assert 1e-14 < room.done(phase="reveal")["truth"] < 1e-11
    drawn = room.done(lesson={"lesson": "residual-connection", "step": 2})["question"]
    assert (drawn["kind"], drawn["at"]) == ("profile", [1, 7, 13, 20])
    assert len(room.done(phase="reveal")["truth"]) == 4
    choice = room.done(lesson={"lesson": "problem", "step": 2})["question"]
    assert room.done(phase="reveal")["truth"] in choice["options"]
    assert room.change(lesson={"lesson": "problem", "step": 9}).status_code == 404


@pytest.mark.parametrize("of_choice", [False, True])
def test_nothing_of_the_truth_or_of_others_answers_is_in_any_payload_before_it_is_shown(
    room: Room, of_choice: bool
) -> None:
    question: dict[str, Any] = {**QUESTION}
    truth, others = TRUTH, OTHERS
    room.join(ADA)
    room.join(BERT)
    if of_choice:
        question |= {"kind": "choice", "options": ["one way", "another way", "a third way"]}
        truth, others = "another way", "a third way"
    sent = room.change(task={**TASK, "question": question, "truth": truth})
    payloads = [sent.text]
    assert room.answer(BERT, others, sure=5).status_code == 200
    described = create_app(Settings.model_validate({})).openapi()["paths"]
    paths = [path for path, methods in described.items() if path.startswith("/api/rooms/{code}") and "get" in methods]
    assert len(paths) >= 7
    for phase in ("predict", "discuss", "predict_again", "measure"):
        changed = room.change(phase=phase)
        payloads += [changed.text, room.stream(), room.join(ADA).text]
        for path in paths:
            if path.endswith("/events"):
                continue
            address = path.replace("{code}", room.opened["code"]).replace("{key}", ADA)
            for params in ({}, {"format": "csv", "names": "true"}, {"format": "csv", "of": "networks"}):
                answer = room.http.get(address, headers=room.secret, params=params)
                assert answer.status_code == 200, (path, answer.text)
                payloads.append(answer.text)
    hidden = ["1.2345678", "7.6543219", "7.65e-07"]
    if of_choice:  # options are public: what is hidden is that one of them is marked or counted
        payloads = [text.replace(json.dumps(list(question["options"]), separators=(",", ":")), "") for text in payloads]
        hidden = ["another way", "a third way"]
    for text in payloads:
        assert not [word for word in hidden if word in text], text
        for found in re.findall(r'"(truth|distribution)":(?!null)', text):
            pytest.fail(f"{found} is in {text}")
    RoomView.model_validate(room.see(), extra="forbid", strict=True)
    HostView.model_validate(room.host().json(), extra="forbid")
    shown = room.done(phase="reveal")
    assert shown["truth"] == truth
    assert shown["distribution"]["answered"] == 1
    assert str(others) in room.host("export", format="csv").text, "and now they are"


def test_only_the_host_acts_and_the_phrase_recovers_the_secret(room: Room) -> None:
    for ask in (
        lambda headers: room.http.patch(room.url, json={"title": "x"}, headers=headers),
        lambda headers: room.http.delete(room.url, headers=headers),
        lambda headers: room.http.get(f"{room.url}/host", headers=headers),
        lambda headers: room.http.get(f"{room.url}/export", headers=headers),
        lambda headers: room.http.delete(f"{room.url}/seats/1", headers=headers),
        lambda headers: room.http.delete(f"{room.url}/seats", headers=headers),
        lambda headers: room.http.put(f"{room.url}/seats/1/name", json={}, headers=headers),
    ):
        assert [ask(headers).status_code for headers in ({}, {"Authorization": "Bearer wrong"})] == [403, 403]
        # a password is checked before, since the server has a secret of its own
        assert ask({"Authorization": "Basic eDp5"}).status_code == 401
    phrase = room.opened["host"]["phrase"]
    assert room.http.post(f"{room.url}/host", json={"phrase": "six words"}).status_code == 403
    found = room.http.post(f"{room.url}/host", json={"phrase": phrase.upper()}).json()["secret"]
    for secret in (found, room.opened["host"]["secret"]):
        assert room.http.get(f"{room.url}/host", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    tries = [room.http.post(f"{room.url}/host", json={"phrase": "wrong"}).status_code for _ in range(20)]
    assert tries[-1] == 429
    again = room.http.post(f"{room.url}/host", json={"phrase": phrase})
    assert again.status_code == 200, "nobody's wrong ones keep out who has it"


def test_members_are_renamed_removed_and_not_banned(room: Room) -> None:
    name = room.join(ADA).json()["name"]
    assert room.join(BERT, name="<script>").status_code == 422, "names come from the list"
    room.done(free_names=True)
    assert room.join(BERT, name="<b>Ada</b>").json()["name"] == "<b>Ada</b>"
    assert room.join("c" * 32, name="a\u202eb").status_code == 422
    another = room.http.put(f"{room.url}/members/{ADA}/name", json={"name": "<B>ada</b>"}).json()["name"]
    assert another == "<B>ada</b> 2"
    seats = {one["name"]: one["seat"] for one in room.host().json()["seats"]}
    assert set(seats) == {another, "<b>Ada</b>"}
    assert name not in seats
    gone = room.http.delete(f"{room.url}/seats/{seats[another]}", headers=room.secret)
    assert gone.status_code == 204
    assert room.http.get(f"{room.url}/members/{ADA}").json()["here"] is False
    room.done(task=TASK)
    assert room.answer(ADA, 0.5).status_code == 404
    assert room.join(ADA).json()["name"] == another
    assert room.answer(ADA, 0.5).status_code == 200


def test_a_network_is_measured_and_stands_on_the_wall(room: Room) -> None:
    room.join(ADA)
    shown = room.http.put(f"{room.url}/members/{ADA}/network", json={"address": NET})
    assert shown.status_code == 200, shown.text
    dot = shown.json()
    assert (dot["depth"], dot["norm"], dot["skips"], dot["profile"][-1]) == (6, "none", True, 1.0)
    assert dot["ratio"] == dot["profile"][0] > 0
    assert room.host().json()["seats"][0]["network"] == dot
    for wrong in ("/lab", "javascript:alert(1)", "/?net=nothing"):
        refused = room.http.put(f"{room.url}/members/{ADA}/network", json={"address": wrong})
        assert (refused.status_code, refused.json()["field"]) == (422, "address")
    assert "6,none,True" in room.host("export", format="csv", of="networks").text


def test_an_export_has_names_or_none_and_no_formula_and_no_element(room: Room) -> None:
    room.done(free_names=True, title="<i>class</i>")
    room.join(ADA, name="=1+1")
    room.join(BERT, name="<img src=x>")
    room.done(task={**TASK, "title": "@SUM(A1)"})
    room.answer(ADA, 1e-4, sure=2)
    room.done(phase="reveal", truth=1e-13)
    named = room.host("export", format="csv", names="true").text
    assert "'@SUM(A1)" in named
    assert "'=1+1" in named
    assert "=1+1" not in room.host("export", format="csv").text
    page = room.host("export", names="true").text
    assert "<svg" in page
    assert "&lt;i&gt;class&lt;/i&gt;" in page
    assert "<img" not in page
    assert "<i>" not in page
    assert "=1+1" not in room.host("export").text


def test_the_code_for_the_wall_is_made_here(room: Room) -> None:
    answer = room.http.get(f"{room.url}/qr.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert "<script" not in answer.text


def test_a_wrong_code_says_so_and_costs(api: Any) -> None:
    with httpx2.Client(base_url=api.url, headers={"Cookie": f"skipscope_client={'w' * 22}"}) as one:
        statuses = [one.get("/api/rooms/222222").status_code for _ in range(62)]
        assert set(statuses[:60]) == {404}
        assert set(statuses[60:]) == {429}
        assert one.post("/api/rooms", json={}).status_code == 201, "nothing else costs"


def test_a_room_ends_and_its_readers_are_told(api: Any) -> None:
    room = Room(api.http)
    with api.http.stream("GET", f"{room.url}/events") as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("id: ")
        room.http.delete(room.url, headers=room.secret)
        rest = "\n".join(lines)
    assert '"final":true' in rest
    assert room.http.get(room.url).status_code == 404


def test_a_password_keeps_strangers_out_of_rooms_and_lets_their_hosts_in(serve: Any) -> None:
    with serve(password="a good password") as (url, _):  # noqa: S106
        inside, stranger = serve.api(url).http, serve.api(url).http
        inside.auth = ("class", "a good password")
        room = Room(inside)
        assert stranger.get(room.url).status_code == 401
        assert stranger.get(room.url, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert stranger.get("/api/rooms/222222", headers=room.secret).status_code == 401
        assert stranger.get("/api/runs", headers=room.secret).status_code == 401
        assert stranger.patch(room.url, json={"title": "x"}, headers=room.secret).status_code == 200
        other = Room(inside)
        for path in (
            "lessons",
            "lessons/",
            "",
            "222222/name",
            f"{other.opened['code']}",
            f"{other.opened['code']}/qr.svg",
        ):
            for bearer in ("wrong", "x" * 32, room.opened["host"]["secret"]):
                answer = stranger.get(f"/api/rooms/{path}", headers={"Authorization": f"Bearer {bearer}"})
                assert answer.status_code == 401, (path, bearer, answer.text)
