"""What a server logs: one JSON object a line, runs by their ids, tracebacks of workers among them."""

import json
from pathlib import Path
from typing import Any

import httpx2

from scripts.serving import serving

# a kind whose worker breaks with a trace
BROKEN = '''"""A kind that breaks."""
from pydantic import BaseModel
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind


def start(request, _):
    raise ArithmeticError("broken on purpose")


def estimate(_):
    return Estimate(1, 1)


class Nothing(BaseModel):
    pass


BROKEN = Kind(name="broken", title="Broken", paper="", request=Nothing, start="broken:start", estimate=estimate)
'''


def test_every_line_is_json_and_says_which_run(tmp_path: Path) -> None:
    file = tmp_path / "log"
    (tmp_path / "broken.py").write_text(BROKEN)
    environment = {
        "SKIPSCOPE_LOG_FORMAT": "json", "SKIPSCOPE_THREADS": "1", "SKIPSCOPE_KINDS": "broken:BROKEN",
        "PYTHONPATH": str(tmp_path),
    }  # fmt: skip
    with (
        file.open("wb") as stderr,
        serving(tmp_path / "data", environment=environment, log=stderr) as (url, _),
        httpx2.Client(base_url=url, timeout=60) as http,
    ):
        made = http.post("/api/experiments", json={"kind": "broken"})
        assert made.status_code == 201, made.text
        run = made.json()
        *_, last = (line for line in http.get(run["events"]).text.splitlines() if line.startswith("data: "))
        assert json.loads(last.removeprefix("data: "))["state"] == "failed"
        assert http.delete(f"/api/experiments/{run['id']}").status_code == 204
    lines: list[dict[str, Any]] = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    of_run = {line["event"]: line for line in lines if line.get("job") == run["id"]}
    assert set(of_run) == {"job_created", "worker_failed", "job_ended"}
    assert of_run["job_ended"]["state"] == "failed"
    assert "Traceback" in of_run["worker_failed"]["trace"]
    assert all(line.keys() >= {"event", "level", "timestamp"} for line in lines)
