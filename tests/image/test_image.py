"""The image as a workshop runs it: built from the Dockerfile, closed down, used in a browser, started anew."""

import json
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from scripts.chromium import FLAGS, executable, returning
from scripts.image import BASE, Builder, layers
from skipscope import __version__

pytestmark = [pytest.mark.image, pytest.mark.timeout(1800)]

TAG = "localhost/skipscope"
NAME = "skipscope-test"
MEMORY = "2g"
# prints the module of the meters that measured, after the file that is loaded
MEASURED = """
from skipscope import TrainingRequest, train
from skipscope.model.measure import native
training = train(TrainingRequest.model_validate({"variants": [{"preset": "resnet20"}], "batch_size": 8, "steps": 2}))
measured = [step.variants[0].record.of("activation_rms", "relu") for step in training]
assert len(measured) == 2 and all(measured), measured
meter = training.variants[0].recorder._attachment._taps.meters[0]
print(getattr(native.load(), "__file__", None), type(meter).__module__)
"""


@dataclass(frozen=True)
class Container:
    """A running container, and where its page is."""

    builder: Builder
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start a container on the volume that may be there, and wait until it is ready."""
        closed = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--user", "10001:10001"]
        limits = ["--memory", MEMORY, "--pids-limit", "512", "--tmpfs", "/tmp:size=256m", "--shm-size", "64m"]
        place = ["--network", "host", "--volume", f"{NAME}-data:/data", "--health-interval", "disable"]
        settings = ["--env", "SKIPSCOPE_HOST=127.0.0.1", "--env", f"SKIPSCOPE_PORT={self.port}"]
        started = time.monotonic()
        self.builder.podman("run", "--detach", "--name", NAME, *closed, *limits, *place, *settings, TAG)
        wait_for("readiness", lambda: ready(self.url))
        print(f"ready after {time.monotonic() - started:.1f} s (budget: 8 s on a machine with nothing else to do)")

    def load(self, path: str) -> tuple[str, bytes]:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=60) as answer:
            return answer.headers["Content-Type"], answer.read()

    def post(self, path: str, body: object, method: str | None = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def get(self, path: str, body: object = None) -> Any:
        status, answer = self.post(path, body)
        assert status < 300, f"{path} answered {status}: {answer}"
        return answer

    def shell(self, command: str, user: str = "10001") -> tuple[int, str]:
        answer = self.builder.run("podman", "exec", "--user", user, NAME, "sh", "-c", command, check=False)
        return answer.returncode, answer.stdout.strip()

    def inspect(self, template: str) -> str:
        return self.builder.podman("inspect", "--format", template, NAME)


def wait_for(what: str, check: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"no {what} within {seconds} s"
        time.sleep(0.05)


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def image() -> Builder:
    builder = Builder.ready()
    builder.build(TAG)
    total = 0
    for size, command in layers(builder, TAG):
        total += size
        print(f"{size / 1e6:8.1f} MB  {command[:90]}")
    print(f"{total / 1e6:8.1f} MB  in all")
    return builder


@pytest.fixture(scope="module")
def container(image: Builder) -> Iterator[Container]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    image.podman("rm", "--force", "--ignore", NAME)
    image.podman("volume", "rm", "--force", f"{NAME}-data", check=False)
    running = Container(image, port)
    try:
        running.start()
        yield running
    finally:
        print(image.run("podman", "logs", NAME, check=False))
        image.podman("rm", "--force", "--ignore", NAME)
        image.podman("volume", "rm", "--force", f"{NAME}-data", check=False)


def test_the_image_says_what_it_is(image: Builder) -> None:
    found = json.loads(image.podman("image", "inspect", TAG))[0]
    config = found["Config"]
    assert config["User"] == "10001:10001"
    assert config["StopSignal"] == "SIGTERM"
    assert set(config["Volumes"]) == {"/data"}
    assert config["Entrypoint"][0] == "dumb-init"
    assert "/readyz" in " ".join(found["Healthcheck"]["Test"])
    labels = {name.rpartition(".")[2]: value for name, value in config["Labels"].items() if "opencontainers" in name}
    assert labels == {
        "title": "Skipscope",
        "description": "An interactive laboratory for residual networks",
        "licenses": "MIT",
        "version": __version__,
        "revision": "unknown",
    }


def test_nothing_of_the_build_is_left(container: Container) -> None:
    programs = "pip pip3 gcc g++ cc c++ make node npm git curl"
    found = f"for name in {programs}; do command -v $name; done; ls /build /compiled /torch /wheels /root/.cache"
    assert container.shell("id -u", user="0")[1] == "0"
    _, output = container.shell(f"({found}) 2>/dev/null", user="0")
    # Debian's own pip belongs to the local base, not to the environment
    assert [line for line in output.splitlines() if not line.startswith("/usr/bin/pip")] == []
    assert sorted(container.shell("ls /opt/skipscope")[1].split()) == [
        *["bin", "skipscope", container.shell("cd /opt/skipscope && ls -d *.dist-info")[1]]
    ]


def test_it_runs_as_nobody_in_particular_and_can_do_nothing(container: Container) -> None:
    status = dict(
        line.split(":\t", 1) for line in container.shell("cat /proc/1/status")[1].splitlines() if ":\t" in line
    )
    assert status["Uid"].split() == ["10001"] * 4
    assert (int(status["CapEff"], 16), int(status["CapBnd"], 16), status["NoNewPrivs"]) == (0, 0, "1")


@pytest.mark.parametrize("path", ["/opt/skipscope/skipscope/app/x", "/opt/venv/x", "/etc/x", "/x"])
def test_the_file_system_is_read_only(container: Container, path: str) -> None:
    # as root too, whom no mode of a folder keeps out
    code, said = container.shell(f"touch {path} 2>&1", user="0")
    assert code != 0
    assert "Read-only file system" in said
    assert container.shell("touch /data/x && rm /data/x")[0] == 0


def test_what_others_leave_behind_is_reaped(container: Container) -> None:
    container.shell("sleep 0.2 & exit 0")
    count = "grep -l '^Name:.sleep' /proc/[0-9]*/status 2>/dev/null | wc -l"
    wait_for("end of the orphan", lambda: container.shell(count)[1] == "0")


def test_memory_is_limited(container: Container) -> None:
    limit = int(container.inspect("{{.HostConfig.Memory}}"))
    assert limit == 2 * 1024**3
    enforced = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null"
    if str(limit) not in container.shell(enforced)[1]:
        pytest.skip("this kernel does not let containers have a memory limit")
    code, _ = container.shell("python -c 'b\"x\" * (3 * 1024 ** 3)'")
    assert code == 137
    # workers are given up before the server, which starts others
    assert ready(container.url)
    wait_for("probe", lambda: container.post("/api/probe", {"variants": [{"preset": "resnet20"}]})[0] == 200)


def test_the_health_check_of_the_image_passes(container: Container) -> None:
    assert container.builder.run("podman", "healthcheck", "run", NAME, check=False).returncode == 0


def test_every_data_set_and_format_is_there(container: Container) -> None:
    # the image drops parts of libraries: whatever loads them must still work
    for dataset in container.get("/api/datasets"):
        if not dataset.get("missing"):
            wish = {"variants": [{"preset": "resnet20"}], "dataset": dataset["name"], "batch_size": 8, "seed": 0}
            assert container.get("/api/probe", wish)["variants"][0]["loss"] > 0
            kind, image = container.load(f"/api/datasets/{dataset['name']}/samples.png")
            assert (kind, image[:4]) == ("image/png", b"\x89PNG")
    for kind in ("json", "text", "csv", "mermaid", "dot", "python", "html"):
        assert container.load(f"/api/architectures/resnet20?format={kind}")[1] != b""
    run = done(container)
    history = f"/api/runs/{run['id']}/history"
    assert len(container.get(history)["steps"]) == 5
    assert container.load(f"{history}?format=csv")[1].count(b"\n") > 5
    assert container.load(f"{history}?format=parquet")[1][:4] == b"PAR1"
    # figures are drawn by Node, which an image has only with EXTRAS=figures
    for figure in ("heatmap", "profile"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            container.load(f"{history}?format=plotly&figure={figure}")
        assert refused.value.code == 501
        assert "skipscope[figures]" in json.load(refused.value)["detail"]
    assert b"<html" in container.load(f"/runs/{run['id']}/offline.html")[1]


def test_what_trains_is_measured_by_compiled_sums(container: Container) -> None:
    code, said = container.shell(f"python -c '{MEASURED}'")
    assert code == 0
    file, module = said.split()
    assert file.startswith("/opt/skipscope/skipscope/model/measure/native/meters-")
    assert module == "meters"
    # the server's own processes as well
    assert container.shell(f"grep -l {file} /proc/[0-9]*/maps")[1] != ""


def test_without_a_compiler_there_is_an_image_that_measures_by_torch(image: Builder) -> None:
    tag = f"{TAG}:no-compiler"
    image.build(tag, "--build-arg", f"COMPILER_IMAGE={BASE}")
    closed = ["--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp", "--user", "10001:10001"]
    assert (
        image.podman("run", *closed, "--entrypoint", "python", tag, "-c", MEASURED)
        == "None skipscope.model.measure.tap_meter"
    )


def test_the_page_trains_in_a_browser(container: Container) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        page = browser.new_page(storage_state=returning(container.url))
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(container.url)
        expect(page.locator(".diagram .js-plotly-plot").first).to_be_visible()
        page.get_by_role("button", name="play", exact=False).first.click()
        # the policy of the page lets no text be run as script, not even a test's
        expect(page.locator("html")).to_have_attribute("data-step", re.compile(r"^([5-9]|\d\d+)$"), timeout=60_000)
        assert errors == []
        browser.close()


def done(container: Container) -> Any:
    """Train a short run to its end."""
    run = container.get(
        "/api/runs", {"variants": [{"preset": "resnet20", "norm": "none"}], "steps": 5, "batch_size": 8}
    )
    wait_for("end of the run", lambda: container.get(f"/api/runs/{run['id']}")["state"] == "done")
    return run


def test_a_run_outlives_the_container(container: Container) -> None:
    run = done(container)
    recorded = container.get(f"/api/runs/{run['id']}/history")

    stopped = time.monotonic()
    container.builder.podman("stop", "--time", "15", NAME)
    print(f"stopped after {time.monotonic() - stopped:.1f} s")
    assert container.inspect("{{.State.ExitCode}}") == "0"
    assert container.inspect("{{.State.OOMKilled}}") == "false"
    # another container: what is found again lies in the volume
    container.builder.podman("rm", NAME)
    container.start()

    assert container.get(f"/api/runs/{run['id']}")["state"] == "done"
    assert container.get(f"/api/runs/{run['id']}/history") == recorded


def test_sigterm_in_mid_run_ends_cleanly(container: Container) -> None:
    run = container.get("/api/runs", {"steps": 2000})
    wait_for("steps", lambda: container.get(f"/api/runs/{run['id']}")["recorded"] >= 3)
    container.builder.podman("kill", "--signal", "TERM", NAME)
    container.builder.podman("wait", NAME)
    assert container.inspect("{{.State.ExitCode}}") == "0"
    container.builder.podman("start", NAME)
    wait_for("readiness", lambda: ready(container.url))
    found = container.get(f"/api/runs/{run['id']}")
    assert found["state"] == "interrupted"
    assert found["recorded"] >= 3
