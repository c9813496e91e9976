"""Throughput of a run through the whole product over that of a bare PyTorch script that makes the same steps.

The product: a server, its worker process, everything recorded at every step, stored, and one reader of the stream, who
notes when steps arrive. The script: benchmarks/bare.py, with as many threads. They take turns, a few seconds each,
the other one waiting meanwhile; medians of the milliseconds a step. The script trains as scripts do, in the usual
memory format, and again in the format that the product chooses: the rest is the cost of the product alone.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import torch

from scripts.serving import serving
from skipscope.app.wire.runs import NewRun
from skipscope.model.data.catalogue import adapt_all
from skipscope.model.network.memory_format import memory_format_of

RESULTS = Path(__file__).parent / "results" / "training.md"
PATIENCE = 120.0
COMMON: dict[str, Any] = {"lr": 0.001, "steps": 20_000, "eval_every": 0, "state": "paused"}
CASES: dict[str, dict[str, Any]] = {
    "ResNet-56, 32x32, batch 32": {"variants": [{"preset": "resnet56"}], "dataset": "photos", "batch_size": 32},
    "ResNet-56, 32x32, batch 128": {"variants": [{"preset": "resnet56"}], "dataset": "photos", "batch_size": 128},
    "ResNet-18, 64x64, batch 8": {
        "variants": [{"preset": "resnet18"}], "dataset": "photos", "image_size": 64, "batch_size": 8,
    },
    "plain-56 and ResNet-56, digits, batch 64": {},
}  # fmt: skip


class Reader(threading.Thread):
    """One reader of a run's stream: notes when each step arrived, and in which state the run is."""

    def __init__(self, place: tuple[str, int], path: str) -> None:
        super().__init__(daemon=True)
        self.times: list[float] = []
        self.num_bytes = 0
        self.state = ""
        self.news = threading.Condition()
        self._connection = http.client.HTTPConnection(*place)
        self._connection.request("GET", path)
        self._answer = self._connection.getresponse()

    def run(self) -> None:
        kind = b""
        for line in self._answer:
            now = time.perf_counter()
            self.num_bytes += len(line)
            if line.startswith(b"event: "):
                kind = line[7:].strip()
            elif line.startswith(b"data: "):
                with self.news:
                    if kind == b"step":
                        self.times.append(now)
                    elif kind == b"status":
                        self.state = json.loads(line[6:])["state"]
                    self.news.notify()

    def wait_for(self, state: str) -> None:
        """Wait until the run has told that it is in a state."""
        with self.news:
            if not self.news.wait_for(lambda: self.state == state, PATIENCE):
                raise TimeoutError(f"the run is {self.state}, not {state}")


class Product:
    """A run on a server of its own, going on and pausing as it is told."""

    def __init__(self, url: str, wish: dict[str, Any]) -> None:
        place = urlsplit(url)
        self._place = (place.hostname or "", place.port or 80)
        run = self._ask("POST", "/api/runs", wish)
        self._path = f"/api/runs/{run['id']}"
        self.reader = Reader(self._place, run["events"])
        self.reader.start()
        self.reader.wait_for("paused")

    def train(self, seconds: float) -> float:
        """Let it train for so long, after one step that is not counted, and return the seconds a step."""
        times, first = self.reader.times, len(self.reader.times)
        self._ask("PATCH", self._path, {"state": "running"})
        with self.reader.news:
            done = self.reader.news.wait_for(
                lambda: len(times) >= first + 2 and times[-1] - times[first] >= seconds, PATIENCE
            )
            if not done:
                raise TimeoutError(f"{len(times) - first} steps in {PATIENCE:g} s; the run is {self.reader.state}")
            took = (times[-1] - times[first]) / (len(times) - 1 - first)
        self._ask("PATCH", self._path, {"state": "paused"})
        self.reader.wait_for("paused")
        return took

    def stop(self) -> None:
        """End the run, and wait until all of it is stored."""
        self._ask("PATCH", self._path, {"state": "stopped"})
        self.reader.join(PATIENCE)
        recorded = self._ask("GET", self._path)["recorded"]
        assert recorded == len(self.reader.times), f"{recorded} steps recorded, {len(self.reader.times)} read"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection(*self._place, timeout=PATIENCE)
        connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} answers {answer.status}: {said.decode()}")
        return json.loads(said)


class Script:
    """The bare script in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def train(self, memory_format: str, seconds: float) -> float:
        """Let it train for so long, and return the seconds a step."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{memory_format} {seconds}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


@contextmanager
def bare(request: NewRun, threads: int) -> Generator[Script]:
    """Start the bare script for a request, and end it afterwards."""
    command = [sys.executable, "-m", "benchmarks.bare", "--threads", str(threads)]
    own = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    with subprocess.Popen(command, env=own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        process.stdin.write(request.training().model_dump_json() + "\n")
        try:
            yield Script(process)
        finally:
            process.stdin.close()
            process.wait()


def measure(wish: dict[str, Any], options: argparse.Namespace) -> str:
    """Return the cells of a case: a step of the script, in both formats, and of the product; throughput ratios."""
    request = NewRun.model_validate(wish)
    (chosen,) = {memory_format_of(architecture, None, torch.device("cpu")) for architecture in adapt_all(request)}
    times: dict[str, list[float]] = {"contiguous": [], chosen: [], "product": []}
    environment = {"SKIPSCOPE_THREADS": str(options.threads), "SKIPSCOPE_SLOTS": "1", "SKIPSCOPE_NICE": "0"}
    environment["SKIPSCOPE_LOG_LEVEL"] = "warning"
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data), environment=environment) as (url, _),
        bare(request, options.threads) as script,
    ):
        product = Product(url, wish)
        for number in range(options.rounds + 1):
            for way, taken in times.items():
                took = product.train(options.seconds) if way == "product" else script.train(way, options.seconds)
                # the first round warms up
                if number:
                    taken.append(took)
        product.stop()
    usual, same, ours = (statistics.median(times[way]) for way in ("contiguous", chosen, "product"))
    shown = [f"{1e3 * took:.1f} ms" for took in (usual, same, ours)]
    return f"{shown[0]} | {shown[1]} ({chosen}) | {shown[2]} | {usual / ours:.3f} | {same / ours:.3f}"


def main() -> None:
    """Print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each turn")
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1), help="of product and script")
    parser.add_argument("--case", action="append", choices=list(CASES), help="only this one; may be repeated")
    parser.add_argument("--quick", action="store_true", help="one short round; do not write the results")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 0.5
    lines = [
        "| case | script | script, product's format | product | throughput over the script | over it, same format |",
        "|---|---|---|---|---|---|",
    ]
    print("\n".join(lines))
    for title in options.case or CASES:
        lines.append(f"| {title} | {measure({**COMMON, **CASES[title]}, options)} |")
        print(lines[-1], flush=True)
    if options.quick:
        return
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    cores = f"{os.cpu_count()} cores, {options.threads} threads"
    head = f"\n## {datetime.now(UTC):%Y-%m-%d}, {cores}, {options.rounds} rounds of {options.seconds:g} s{load}\n\n"
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
