"""What Prometheus is told: of runs, readers and refusals."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx2


def test_metrics_tell_of_runs(api: Any) -> None:
    run = api.start()
    api.until(lambda: api.get(run)["recorded"] > 0)
    said = api.follow(run)
    next(said)
    text = api.http.get("/metrics").text
    assert 'skipscope_runs{state="running"} 1.0' in text
    assert "skipscope_readers 1.0" in text
    assert "skipscope_queue_length 0.0" in text
    said.close()
    api.stop(run)
    assert "skipscope_event_lag_seconds_bucket" in text
    api.until(lambda: 'skipscope_runs_ended_total{state="stopped"}' in api.http.get("/metrics").text)


def test_metrics_count_every_refusal(api: Any) -> None:
    def count(status: int, by: str) -> float:
        found = re.search(
            rf'skipscope_refused_total{{by="{by}",status="{status}"}} (\S+)', api.http.get("/metrics").text
        )
        return float(found[1]) if found else 0.0

    run = api.start(steps=1)
    api.until(lambda: api.get(run)["state"] == "done")
    refused: list[tuple[int, str, Callable[[], httpx2.Response]]] = [
        (422, "runs", lambda: api.http.post("/api/runs", json={"steps": -1})),
        (422, "runs", lambda: api.http.post("/api/runs", json=api.small(steps=999_999))),
        (409, "runs", lambda: api.patch(run, state="paused")),
        (409, "runs", lambda: api.http.post(f"/api/runs/{run['id']}/step")),
        (404, "runs", lambda: api.http.get("/api/runs/nothing")),
        (422, "runs", lambda: api.http.get(run["history"], params={"columns": "nothing"})),
        (422, "probe", lambda: api.http.post("/api/probe", content=b"{")),
        (404, "architectures", lambda: api.http.get("/api/architectures/resnet5x")),
        (405, "runs", lambda: api.http.put("/api/runs")),
        (404, "other", lambda: api.http.get("/api/nothing")),
        (403, "guard", lambda: api.http.post("/api/probe", headers={"Origin": "http://other.example"})),
    ]
    for status, by, ask in refused:
        before = count(status, by)
        assert ask().status_code == status
        assert count(status, by) == before + 1, (status, by)


def test_a_probe_that_many_ask_for_at_once_is_measured_once(api: Any) -> None:
    def measured() -> float:
        found = re.search(r'skipscope_answers_total{kind="probe"} (\S+)', api.http.get("/metrics").text)
        return float(found[1]) if found else 0.0

    pair = [{"preset": "plain56", "norm": "none"}, {"preset": "resnet56", "norm": "none"}]
    wish = {"variants": pair, "seed": 300}

    async def ask() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(base_url=api.url, timeout=60) as client:
            return await asyncio.gather(*(client.post("/api/probe", json=wish) for _ in range(30)))

    before = measured()
    answers = asyncio.run(ask())
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert measured() == before + len(pair)
