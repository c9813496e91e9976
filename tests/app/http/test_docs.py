"""docs/api.md and docs/events.md do what they say: their commands are run as printed, and name what there is."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from skipscope.app.main import create_app
from skipscope.app.settings import Settings
from skipscope.app.wire.runs import CHANGES

DOCS = Path(__file__).resolve().parents[3] / "docs"
PRINTED = "http://127.0.0.1:8000"


def blocks(document: str) -> list[str]:
    """Return the code blocks of a document that ask the server."""
    tokens = MarkdownIt("commonmark").parse((DOCS / document).read_text(encoding="utf-8"))
    return [
        token.content for token in tokens if token.type == "fence" and token.info == "sh" and "curl" in token.content
    ]


def test_every_command_of_the_api_does_what_it_says(api: Any, tmp_path: Path) -> None:
    def shell(script: str) -> list[str]:
        text = script.replace(PRINTED, api.url).replace("curl ", "curl -f ")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], capture_output=True, text=True, timeout=120, cwd=tmp_path,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, (script, done.stderr)
        return done.stdout.splitlines()

    outputs: dict[str, list[str]] = {}
    run = ""
    for block in blocks("api.md"):
        starts = "run=$(" in block
        said = shell(f"{block}\necho; echo $run" if starts else f"run={run}\n{block}")
        if starts:
            run = said[-1]
            assert re.fullmatch("[0-9a-f]{16}", run)
        elif '"paused"' in block:
            api.until(lambda run=run: api.get({"id": run})["state"] == "paused")
        outputs[block] = said
    whole = "\n".join(line for lines in outputs.values() for line in lines)
    assert whole.count("event: status") >= 3
    assert '"final":true' in whole
    assert '"queue_position":null' in whole
    assert "\n204\n" in f"\n{whole}\n"
    assert "step,plain-20/loss,plain-20/gradient_rms/layer1.0,ResNet-20/loss,ResNet-20/gradient_rms/layer1.0" in whole
    assert (tmp_path / "run.parquet").read_bytes().startswith(b"PAR1")
    assert "class " in (tmp_path / "net.py").read_text(encoding="utf-8")
    assert api.http.get(f"/api/runs/{run}").status_code == 404
    for fork in api.http.get("/api/runs", params={"limit": 100}).json()["runs"]:
        if fork["name"].startswith("Fork of with and without skips"):
            api.stop(fork)


def test_a_run_is_made_once_with_one_key(api: Any) -> None:
    (block,) = [block for block in blocks("api.md") if "Idempotency-Key" in block]
    wish = json.loads(block.partition("--json '")[2].partition("'")[0])
    headers = {"Idempotency-Key": "once", "Cookie": f"skipscope_client={'k' * 22}"}
    first = api.http.post("/api/runs", json=wish, headers=headers)
    again = api.http.post("/api/runs", json={**wish, "name": "another", "max_rate": 1}, headers=headers)
    assert again.json()["id"] == first.json()["id"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert api.http.post("/api/runs", json={**wish, "steps": 5}, headers=headers).status_code == 422
    api.stop(first.json(), {"Cookie": headers["Cookie"]})


def test_the_table_names_the_operations_that_there_are() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    named = {
        (method, path)
        for method, path in re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]*)`", text.partition("## ")[0])
    }
    paths = create_app(Settings.model_validate({})).openapi()["paths"]
    described = {
        (method.upper(), re.sub(r"\{(run|experiment|weights)_id\}", "{id}", path))
        for path, methods in paths.items()
        for method in methods
    }
    assert named == described | {("GET", "/metrics")}


def test_every_change_is_told() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    table = text.partition("| body | effect |")[2].partition("\n\n")[0]
    assert [name for name in CHANGES if f'"{name}": ' not in table] == []
