"""A small training, and the questions that tests of its recording ask a server and a file."""

import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from skipscope.model.watch.batch import Row, decode
from skipscope.model.watch.request import OutsideSchema
from skipscope.model.watch.runfile import batches, read_head
from skipscope.model.watch.watching import Watch

TOKEN = "a write token of the test"  # noqa: S105
ENVIRONMENT = {"SKIPSCOPE_WRITE_TOKEN": TOKEN, "SKIPSCOPE_THREADS": "1"}


class Training:
    """A small network and its steps."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.1)
        self.x = torch.randn(4, 4)

    def steps(self, watched: Watch | None, count: int = 1) -> None:
        """Make steps."""
        for _ in range(count):
            self.optimizer.zero_grad()
            loss = self.net(self.x).square().mean()
            loss.backward()
            self.optimizer.step()
            if watched is not None:
                watched.log(loss=loss)


def get(url: str) -> Any:
    """Return what a server answers."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def until(condition: Callable[[], Any], seconds: float = 40) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def steps_at(url: str, run_id: str) -> list[int]:
    """Return the steps that a server has of a run."""
    return [step["step"] for step in get(f"{url}/api/runs/{run_id}/history")["steps"]]


def runs_at(url: str) -> list[dict[str, Any]]:
    """Return the runs of a server."""
    return get(f"{url}/api/runs")["runs"]


def steps_in(path: Path) -> list[int]:
    """Return the steps that are in a file."""
    return [row.step for row in rows_in(path)]


def rows_in(path: Path) -> list[Row]:
    """Return the steps that are in a file, whole."""
    _, run, place = read_head(path)
    schema = OutsideSchema.model_validate(run["names"])
    return [row for body, _ in batches(path, place) for row in decode(body, schema)]
