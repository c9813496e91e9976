"""The image of a closed network: built from a folder, where there is no network at all, with Ray for the cluster."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scripts.image import Builder

pytestmark = [pytest.mark.image, pytest.mark.timeout(1800)]

ROOT = Path(__file__).resolve().parent.parent.parent
TAG = "localhost/skipscope:ray"
NAME = "skipscope-ray-test"


@pytest.fixture(scope="module")
def image() -> Builder:
    builder = Builder.ready()
    wheels = builder.folder / "wheels"
    subprocess.run([sys.executable, ROOT / "scripts" / "wheels.py", wheels, "ray"], check=True)
    builder.build_closed(TAG, wheels, "--build-arg", "EXTRAS=ray")
    return builder


@pytest.fixture
def head(image: Builder) -> Iterator[list[str]]:
    """Start the head as compose.yaml does; yield the command that asks for its health."""
    service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["ray-head"]
    closed = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--user", service["user"]]
    room = ["--tmpfs", f"/{service['tmpfs'][0].lstrip('/')}", "--shm-size", service["shm_size"], "--memory", "2g"]
    given = {**service["environment"], "RAY_AUTH_TOKEN": "0123456789abcdef" * 2}
    variables = [word for name, value in given.items() for word in ("--env", f"{name}={value}")]
    program = ["--entrypoint", str(service["entrypoint"]).replace("'", '"'), TAG, *service["command"]]
    image.podman("rm", "--force", "--ignore", NAME)
    # alone on its own loopback: nothing else is reached from here
    alone = ["--network", "none", "--health-interval", "disable"]
    image.podman("run", "--detach", "--name", NAME, *closed, *room, *variables, *alone, *program,
                 "--node-ip-address=127.0.0.1")  # fmt: skip
    try:
        yield service["healthcheck"]["test"][1:]
    finally:
        print(image.run("podman", "logs", NAME, check=False))
        image.podman("rm", "--force", "--ignore", NAME)


def test_what_needed_the_internet_is_in_it(image: Builder) -> None:
    vendor = "/opt/skipscope/skipscope/static/vendor"
    listed = image.podman("run", "--rm", "--network", "none", "--entrypoint", "ls", TAG, vendor)
    scripts = {"plotly-basic.min.js", "plotly-basic.min.js.br", "plotly-cartesian.min.js.br"}
    assert {*scripts, "plotly-LICENSE"} <= set(listed.split())
    said = image.podman(
        "run", "--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp", TAG, "summary", "resnet50"
    )
    assert "25,557,032" in said


def test_sums_are_compiled_without_a_network(image: Builder) -> None:
    code = "from skipscope.model.measure import native; print(native.load())"
    said = image.podman("run", "--rm", "--network", "none", "--read-only", "--entrypoint", "python", TAG, "-c", code)
    assert said.startswith("<module 'meters' from '/opt/skipscope/skipscope/model/measure/native/")


def test_ray_starts_in_what_slimming_left_of_it(image: Builder, head: list[str]) -> None:
    deadline = time.monotonic() + 120
    while image.run("podman", "exec", NAME, *head, check=False).returncode != 0:
        assert time.monotonic() < deadline, image.run("podman", "logs", NAME, check=False)
        time.sleep(1)
