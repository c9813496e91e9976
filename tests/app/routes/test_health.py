"""Ready from the start to the end, and no longer."""

from pathlib import Path

from fastapi.testclient import TestClient

from skipscope.app.main import create_app
from skipscope.app.settings import Settings


def test_a_server_that_is_about_to_end_is_alive_and_not_ready(tmp_path: Path) -> None:
    app = create_app(Settings.model_validate({"data_dir": tmp_path, "slots": 1, "threads": 1, "allowed_hosts": "*"}))
    with TestClient(app) as client:
        assert client.get("/readyz").json() == {"status": "ready"}
        assert client.portal is not None
        client.portal.call(app.state.jobs.drain)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert client.get("/healthz").status_code == 200
