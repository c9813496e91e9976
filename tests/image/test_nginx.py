"""The sample configuration for nginx, run for real before a real server: streams pass at once, figures stay inside."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import debian
from scripts.image import alone
from scripts.serving import serving

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.image
TRUSTING = ssl._create_unverified_context()  # noqa: S323 (a certificate made for this test)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def install_nginx() -> None:
    with alone():
        assert shutil.which("nginx") is not None or debian.install("nginx-light")


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data")) as (url, _):
        yield url


@pytest.fixture(scope="module")
def proxy(upstream: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    install_nginx()
    folder = tmp_path_factory.mktemp("nginx")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject], check=True, capture_output=True
    )
    port = free_port()
    sample = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for printed, here in (
        ("127.0.0.1:8000", upstream.removeprefix("http://")),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/ssl/skipscope/fullchain.pem", str(certificate)),
        ("/etc/ssl/skipscope/privkey.pem", str(key)),
    ):
        assert sample.count(printed) == 1, printed
        sample = sample.replace(printed, here)
    rest = f"pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{ }}\n"
    (folder / "nginx.conf").write_text(f"{rest}http {{\naccess_log off;\n{sample}\n}}\n")
    command = ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"https://127.0.0.1:{port}"
            deadline = time.monotonic() + 30
            while not answers(f"{url}/healthz"):
                assert time.monotonic() < deadline, (folder / "error.log").read_text()
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()


def fetch(url: str, body: object = None, method: str | None = None, headers: dict[str, str] | None = None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    context = TRUSTING if url.startswith("https") else None
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        return answer.read()


def answers(url: str) -> bool:
    try:
        fetch(url)
    except OSError:
        return False
    return True


def test_events_pass_while_the_run_goes_on(proxy: str) -> None:
    wish = {"variants": [{"preset": "resnet20", "norm": "none"}], "steps": 5000, "batch_size": 8}
    run = json.loads(fetch(f"{proxy}/api/runs", wish))
    with urllib.request.urlopen(f"{proxy}{run['events']}", timeout=30, context=TRUSTING) as stream:
        # a proxy that holds the stream back would send its first bytes at its end
        seen = [next(line for line in stream if line.startswith(b"event: step")) for _ in range(3)]
    assert len(seen) == 3
    assert json.loads(fetch(f"{proxy}/api/runs/{run['id']}"))["state"] == "running"
    fetch(f"{proxy}/api/runs/{run['id']}", method="DELETE")


def test_the_page_passes(proxy: str) -> None:
    page = fetch(proxy).decode()
    bundle = re.search(r'/static/[^"]*vendor/[^"]+', page)
    assert bundle
    assert len(fetch(f"{proxy}{bundle[0]}", headers={"Accept-Encoding": "br"})) < 450_000


def test_figures_stay_inside(proxy: str, upstream: str) -> None:
    assert answers(f"{upstream}/metrics")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(f"{proxy}/metrics")
