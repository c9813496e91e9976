"""The door of a room over HTTP: a full room, a closed one, members who are taken out or leave, what is on screen."""

from typing import Any

from tests.app.http.test_rooms import ADA, BERT, TASK, Room

NET = {"depths": [1], "widths": [4], "stem": "cifar", "stem_width": 4, "norm": "none"}


def test_the_host_takes_out_all_who_never_did_anything_at_once(room: Room) -> None:
    for number in range(5):
        room.join(f"{number:032x}")
    room.join(ADA)
    room.done(task=TASK)
    room.answer(ADA, 0.5)
    assert [one["silent"] for one in room.host().json()["seats"]] == [True] * 5 + [False]
    silent = room.http.delete(f"{room.url}/seats", headers=room.secret)
    assert silent.json() == {"removed": 5}
    assert [one["answered"] for one in room.host().json()["seats"]] == [True]
    assert room.join(f"{1:032x}", back=True).status_code == 404
    assert room.join(f"{1:032x}").status_code == 200


def test_a_closed_door_says_so(room: Room) -> None:
    room.join(ADA)
    assert room.done(closed=True)["closed"] is True
    refused = room.join(BERT)
    assert (refused.status_code, refused.json()["title"]) == (409, "The door is closed")
    assert room.join(ADA).status_code == 200
    assert room.done(closed=False)["closed"] is False
    assert room.join(BERT).status_code == 200


def test_a_member_who_is_taken_out_learns_of_it_and_does_not_come_back_unasked(room: Room) -> None:
    room.join(ADA)
    seat = room.host().json()["seats"][0]["seat"]
    before = room.see()["removals"]
    room.http.delete(f"{room.url}/seats/{seat}", headers=room.secret)
    assert room.see()["removals"] == before + 1
    refused = room.join(ADA, back=True)
    assert (refused.status_code, refused.json()["title"]) == (409, "Not in the room")
    assert room.http.get(f"{room.url}/members/{ADA}").json()["here"] is False
    assert room.join(ADA).status_code == 200


def test_a_member_leaves(room: Room, api: Any) -> None:
    name = room.join(ADA).json()["name"]
    room.done(task=TASK)
    room.answer(ADA, 0.5)
    assert room.http.delete(f"{room.url}/members/{ADA}").status_code == 204
    assert room.http.delete(f"{room.url}/members/{ADA}").status_code == 404
    api.until(lambda: room.see()["members"] == 0)
    assert room.join(ADA).json()["name"] == name
    assert room.http.get(f"{room.url}/members/{ADA}").json()["answer"]["value"] == 0.5


def test_a_run_that_is_deleted_goes_from_the_screen_and_nothing_else_does(room: Room, api: Any) -> None:
    made = room.http.post("/api/runs", json={"variants": [NET], "steps": 2, "batch_size": 4}).json()
    address, network = f"/?run={made['id']}", "/?net=resnet18"
    other = Room(api.http)
    other.done(screen=network)
    assert room.done(screen=address)["screen"] == address
    room.http.get(made["events"])  # to its end
    assert room.see()["screen"] == address
    room.http.delete(f"/api/runs/{made['id']}")
    api.until(lambda: room.see()["screen"] is None)
    assert other.see()["screen"] == network
    other.http.delete(other.url, headers=other.secret)
