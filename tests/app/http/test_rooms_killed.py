"""A room's server is killed in the middle of a vote, and started again on its folder."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from tests.app.http.test_rooms import TASK, Room


def test_a_server_that_is_killed_in_the_middle_of_a_vote_loses_nothing_that_was_acknowledged(serve: Any) -> None:
    keys = [f"{number:032x}" for number in range(24)]
    told: dict[str, tuple[int, float]] = {}
    enough = threading.Event()

    with serve() as (url, process):
        room = Room(serve.api(url).http)
        room.done(task=TASK)
        assert {room.join(key).status_code for key in keys} == {200}

        def vote(key: str) -> None:
            with httpx2.Client(base_url=url) as http:
                for turn in range(1, 100):
                    body = {"value": turn / 1000, "turn": turn}
                    try:
                        answer = http.put(f"{room.url}/questions/1/answers/{key}", json=body)
                    except httpx2.TransportError:
                        return
                    assert answer.status_code == 200, answer.text
                    told[key] = (turn, answer.json()["value"])
                    if len(told) == len(keys) and sum(turn for turn, _ in list(told.values())) > 200:
                        enough.set()

        with ThreadPoolExecutor(len(keys)) as voters:
            voting = [voters.submit(vote, key) for key in keys]
            assert enough.wait(60)
            process.kill()
            for one in voting:
                one.result()
    assert len(told) == len(keys)
    assert max(turn for turn, _ in told.values()) < 99, "it was killed in the middle"
    with serve() as (url, _):
        room.http = serve.api(url).http
        seen = room.see()
        assert (seen["phase"], seen["members"], seen["answered"], seen["open"]) == ("predict", 24, 24, True)
        for key, (turn, value) in told.items():
            kept = room.http.get(f"{room.url}/members/{key}").json()["answer"]
            assert kept["turn"] >= turn
            assert kept["turn"] > turn or kept["value"] == value
        assert room.done(phase="reveal", truth=0.5)["distribution"]["answered"] == 24
