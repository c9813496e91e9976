"""The reverse proxy of the `tls` profile, run for real before a real server: streams pass, figures stay inside."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.serving import serving

ROOT = Path(__file__).resolve().parent.parent.parent
CADDY = Path(sys.executable).with_name("caddy")
CADDYFILE = ROOT / "deploy" / "Caddyfile"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="caddy has no build for Windows in the package index")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    few = {"SKIPSCOPE_RATE_PROBES": "1", "SKIPSCOPE_RATE_SHARE": "2", "SKIPSCOPE_FORWARDED_ALLOW_IPS": "*"}
    with serving(tmp_path_factory.mktemp("data"), environment=few) as (url, _):
        yield url.removeprefix("http://")


@pytest.fixture(scope="module")
def proxy(upstream: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"http://127.0.0.1:{free_port()}"
    folder = tmp_path_factory.mktemp("caddy")
    own = {"SKIPSCOPE_DOMAIN": url, "SKIPSCOPE_UPSTREAM": upstream, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    command = [CADDY, "run", "--config", CADDYFILE, "--adapter", "caddyfile"]
    with (folder / "log").open("w") as log, subprocess.Popen(command, env=os.environ | own, stderr=log) as process:
        try:
            deadline = time.monotonic() + 30
            while not answers(f"{url}/healthz"):
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_the_configuration_is_valid_and_formatted() -> None:
    for command in (["validate", "--adapter", "caddyfile", "--config"], ["fmt", "--diff"]):
        answer = subprocess.run([CADDY, *command, CADDYFILE], capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stdout + answer.stderr


def test_events_pass_while_the_run_goes_on(proxy: str) -> None:
    wish = {"variants": [{"preset": "resnet20", "norm": "none"}], "steps": 5000, "batch_size": 8}
    request = urllib.request.Request(
        f"{proxy}/api/runs", json.dumps(wish).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        run = json.loads(answer.read())
    with urllib.request.urlopen(f"{proxy}{run['events']}", timeout=30) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        # a proxy that holds the stream back would send its first bytes at its end
        seen = [next(line for line in stream if line.startswith(b"event: step")) for _ in range(3)]
    assert len(seen) == 3
    with urllib.request.urlopen(f"{proxy}/api/runs/{run['id']}", timeout=30) as answer:
        assert json.loads(answer.read())["state"] == "running"
    stop = urllib.request.Request(f"{proxy}/api/runs/{run['id']}", method="DELETE")
    urllib.request.urlopen(stop, timeout=30).close()


def test_the_page_and_its_compressed_files_pass(proxy: str) -> None:
    with urllib.request.urlopen(proxy, timeout=30) as answer:
        page = answer.read().decode()
    bundle = re.search(r'/static/[^"]*vendor/[^"]+', page)
    assert bundle
    request = urllib.request.Request(f"{proxy}{bundle[0]}", headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["Content-Encoding"] == "br"


def test_figures_stay_inside(proxy: str, upstream: str) -> None:
    assert answers(f"http://{upstream}/metrics")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{proxy}/metrics", timeout=30)


def test_who_asks_is_what_the_proxy_saw_and_not_what_the_client_said(proxy: str, upstream: str) -> None:
    def statuses(base: str) -> list[int]:
        found: list[int] = []
        for i in range(12):
            said = {"X-Forwarded-For": f"203.0.113.{i + 1}"}
            try:
                urllib.request.urlopen(
                    urllib.request.Request(f"{base}/api/architectures/resnet20", headers=said), timeout=30
                ).close()
                found.append(200)
            except urllib.error.HTTPError as error:
                found.append(error.code)
        return found

    assert statuses(proxy).count(429) >= 7
    # without the proxy the server believes whoever comes: so nobody else may reach it
    assert statuses(f"http://{upstream}") == [200] * 12
