"""What a server logs: one JSON object a line, runs by their ids, tracebacks of workers among them."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.serving import serving

pytestmark = pytest.mark.xdist_group("http")
# at the last stage the image is one pixel, and BatchNorm refuses a batch of one
FLAT = {"block": "basic", "depths": [1, 1, 1, 1], "widths": [4, 4, 4, 4], "stem": "cifar", "stem_width": 4}


def test_every_line_is_json_and_says_which_run(tmp_path: Path) -> None:
    file = tmp_path / "log"
    environment = {"SKIPSCOPE_LOG_FORMAT": "json", "SKIPSCOPE_THREADS": "1"}
    with (
        file.open("wb") as stderr,
        serving(tmp_path / "data", environment=environment, log=stderr) as (url, _),
        httpx2.Client(base_url=url, timeout=60) as http,
    ):
        run = http.post("/api/runs", json={"variants": [FLAT], "batch_size": 1, "steps": 2}).json()
        *_, last = (line for line in http.get(run["events"]).text.splitlines() if line.startswith("data: "))
        assert json.loads(last.removeprefix("data: "))["state"] == "failed"
        assert http.post("/api/probe", json={"variants": [FLAT], "batch_size": 1}).status_code >= 400
        assert http.delete(f"/api/runs/{run['id']}").status_code == 204
    lines: list[dict[str, Any]] = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    of_run = {line["event"]: line for line in lines if line.get("job") == run["id"]}
    assert set(of_run) == {"job_created", "worker_failed", "job_ended"}
    assert of_run["job_ended"]["state"] == "failed"
    assert "Traceback" in of_run["worker_failed"]["trace"]
    (probe,) = [line for line in lines if line["event"] == "answer_failed"]
    assert probe["kind"] == "probe"
    assert "Traceback" in probe["trace"]
    assert all(line.keys() >= {"event", "level", "timestamp"} for line in lines)
