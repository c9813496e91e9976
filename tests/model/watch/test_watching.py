"""A training that is watched: what arrives at a real server that is there, gone, killed, slow; and that it never cares.

Nothing waits for a time: each test waits for what the server has, or for what the file has.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from scripts.serving import COMMAND, serving
from skipscope import watch
from skipscope.model.watch.runfile import read_head
from tests.model.watch.trained import (
    ENVIRONMENT,
    TOKEN,
    Training,
    get,
    rows_in,
    runs_at,
    steps_at,
    steps_in,
    until,
)


def test_a_training_is_on_the_page_with_every_step_while_somebody_looks(server: str, tmp_path: Path) -> None:
    training = Training()
    with watch(training.net, training.optimizer, to=server, token=TOKEN, name="looked at", folder=tmp_path) as watched:
        training.steps(watched, 40)
        until(lambda: any(run["name"] == "looked at" for run in runs_at(server)))
        run = next(run for run in runs_at(server) if run["name"] == "looked at")
        with urllib.request.urlopen(f"{server}{run['events']}", timeout=30) as stream:
            seen: list[int] = []
            until(lambda: watched.looking or (time.sleep(0.02), False)[1])
            at = watched._recorder.step  # pyright: ignore[reportPrivateUsage]
            training.steps(watched, 30)
            for line in stream:
                if line.startswith(b'data: {"step"'):
                    seen.append(json.loads(line[6:])["step"])
                if seen and seen[-1] >= at + 20:
                    break
        # the step under way was prepared before anybody was known to look
        assert seen[seen.index(at + 1) :] == list(range(at + 1, at + 21))
        assert at > len([step for step in seen if step < at])
    assert get(f"{server}/api/runs/{run['id']}")["state"] == "done"
    assert watched.file is None
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_killed_and_comes_back_has_each_step_once_and_both_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = (*COMMAND[:-1], port)
    training = Training()
    data, folder = tmp_path / "data", tmp_path / "files"
    folder.mkdir()
    with serving(data, command, ENVIRONMENT) as (url, process):
        watched = watch(training.net, training.optimizer, to=url, token=TOKEN, every=1, folder=folder)
        training.steps(watched, 20)
        until(lambda: runs_at(url) and steps_at(url, runs_at(url)[0]["id"]))
        run_id = runs_at(url)[0]["id"]
        process.send_signal(signal.SIGKILL)
        process.wait()
    training.steps(watched, 20)
    until(lambda: list(folder.iterdir()))
    training.steps(watched, 20)
    with serving(data, command, ENVIRONMENT) as (url, _):
        until(lambda: len(steps_at(url, run_id)) >= 59)
        training.steps(watched, 5)
        watched.close()
        assert watched.file is None
        assert list(folder.iterdir()) == []
        assert steps_at(url, run_id) == list(range(65))
        assert [run["state"] for run in runs_at(url)] == ["done"]
    link, out, back = capsys.readouterr().err.splitlines()
    assert f"?run={run_id}" in link
    assert out.startswith(f"skipscope: {url} does not answer")
    assert "its records wait in" in out
    assert back == f"skipscope: {url} answers again: all records that waited are delivered."


def test_a_server_that_never_answers_holds_nothing_up_and_the_file_has_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    training = Training()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        to = f"http://127.0.0.1:{silent.getsockname()[1]}"
        watched = watch(training.net, training.optimizer, to=to, every=1, folder=tmp_path)
        training.steps(watched, 50)
        watched.close()
    assert watched.file is not None
    assert steps_in(watched.file) == list(range(50))
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"`skipscope send {watched.file} --to {to}` delivers them" in said


SCRIPT = """
import torch
from torch import nn
import skipscope
net = nn.Linear(4, 2)
optimizer = torch.optim.AdamW(net.parameters())
watched = skipscope.watch(net, optimizer, every=1, name="script")
for step in range(30):
    optimizer.zero_grad()
    net(torch.randn(3, 4)).sum().backward()
    optimizer.step()
"""


def test_the_end_of_the_program_is_the_end_of_the_run_and_one_link_is_printed(server: str, tmp_path: Path) -> None:
    environment = {**os.environ, "SKIPSCOPE_URL": server, "SKIPSCOPE_TOKEN": TOKEN}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    links = re.findall(r"\?run=(\w+)", done.stdout + done.stderr)
    assert len(links) == 1
    assert steps_at(server, links[0]) == list(range(30))
    assert get(f"{server}/api/runs/{links[0]}")["state"] == "done"


def test_a_run_that_is_stopped_on_the_server_is_recorded_no_more(server: str, tmp_path: Path) -> None:
    training = Training()
    with watch(training.net, training.optimizer, to=server, token=TOKEN, every=1, name="halt", folder=tmp_path) as it:
        training.steps(it, 5)
        until(lambda: any(run["name"] == "halt" for run in runs_at(server)))
        run_id = next(run["id"] for run in runs_at(server) if run["name"] == "halt")
        stop = urllib.request.Request(
            f"{server}/api/runs/{run_id}", b'{"state":"stopped"}', {"Content-Type": "application/json"}, method="PATCH"
        )
        urllib.request.urlopen(stop, timeout=30).close()
        until(lambda: training.steps(it, 1) or not it._sender.is_wanted)  # pyright: ignore
        training.steps(it, 5)
    assert it.file is None
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_token_is_said_and_the_file_has_all(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    training = Training()
    with watch(training.net, training.optimizer, to=server, token="no token of it", every=1, folder=tmp_path) as it:  # noqa: S106
        training.steps(it, 5)
    assert it.file is not None
    assert steps_in(it.file) == list(range(5))
    said = capsys.readouterr().err
    assert "That is none of this server's secrets" in said
    assert "write token" in said


def test_nothing_of_the_recording_reaches_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training, bare = Training(), Training()
    watched = watch(training.net, training.optimizer, every=1, folder=tmp_path)
    second = watch(training.net, training.optimizer, every=1, folder=tmp_path)
    odd: dict[str, Any] = {"=x": 1, "text": "abc", "list": [1], "tensor": torch.zeros(3), "y": None, "z": 1 + 2j}
    training.steps(watched, 3)
    watched.log(**odd)

    def broken() -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(watched._recorder, "read", broken)  # pyright: ignore[reportPrivateUsage]
    training.steps(watched, 3)
    bare.steps(None, 6)
    watched.close()
    second.close()
    assert all(torch.equal(a, b) for a, b in zip(training.net.parameters(), bare.net.parameters(), strict=True))


def test_numbers_belong_to_the_step_whether_they_are_logged_before_or_after_it(tmp_path: Path) -> None:
    for before in (True, False):
        training = Training()
        with watch(training.net, training.optimizer, every=1, folder=tmp_path) as watched:
            for step in range(6):
                if before:
                    watched.log(number=step)
                training.steps(None)
                if not before:
                    watched.log(number=step)
        assert watched.file is not None
        rows = rows_in(watched.file)
        assert [(row.step, row.logged) for row in rows] == [(step, {"number": step}) for step in range(6)]


def test_a_network_that_grows_keeps_its_names_and_says_so(tmp_path: Path) -> None:
    training = Training()
    with watch(training.net, training.optimizer, every=1, folder=tmp_path) as watched:
        training.steps(watched, 2)
        training.net.append(nn.Linear(2, 2))
        training.steps(watched, 2)
    assert watched.file is not None
    rows = rows_in(watched.file)
    assert read_head(watched.file)[1]["names"]["taps"] == ["0", "1", "2"]
    assert [len(row.columns["gradient_rms"]) for row in rows] == [3, 3, 3, 3]
    assert any("is not sent" in note for row in rows for note in row.notes)


@pytest.mark.parametrize("to", ["ftp://x", "http://", "://"])
def test_an_address_that_is_none_is_refused_at_once(to: str) -> None:
    training = Training()
    with pytest.raises(ValueError, match="address of a Skipscope server"):
        watch(training.net, training.optimizer, to=to)
