"""What goes wrong in a classroom, done for real: everybody gets their numbers or a clear word."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

TINY_DISK = "1500k"


def members(group: int) -> list[int]:
    """Return the processes of a process group."""
    found: list[int] = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def test_a_server_that_is_killed_and_comes_back_has_everything_that_it_told(serve: Any) -> None:
    taken: list[Any] = []
    with serve() as (url, process):
        api = serve.api(url)
        run, waiting = api.start(max_rate=100), api.start()
        done = False

        def read() -> None:
            nonlocal done
            try:
                taken.extend(api.follow(run))
            except httpx2.TransportError:
                done = True

        reader = threading.Thread(target=read)
        reader.start()
        api.until(lambda: len(taken) > 40)
        process.send_signal(signal.SIGKILL)
        process.wait()
        reader.join()
        assert done
        api.until(lambda: members(process.pid) == [])  # no worker is left behind
    with serve() as (url, _):
        api = serve.api(url)
        rest = list(api.follow(run, taken[-1].id))
        whole = [*taken, *rest]
        assert [event.id for event in whole] == list(range(1, len(whole) + 1))
        steps = [event.data["step"] for event in whole if event.kind == "step"]
        assert steps == list(range(len(steps)))
        assert whole[-1].data["state"] == "interrupted"
        assert [event.data for event in whole if event.data.get("final")] == [whole[-1].data]
        found = api.get(run)
        assert (found["state"], found["recorded"]) == ("interrupted", len(steps))
        assert len(api.http.get(run["history"]).json()["steps"]) == len(steps)
        assert [event.data["state"] for event in api.follow(waiting)] == ["queued", "interrupted"]
        assert api.http.patch(f"/api/runs/{run['id']}", json={"state": "running"}).status_code == 409


def test_a_server_that_is_asked_to_end_tells_its_readers_and_ends_well(serve: Any) -> None:
    with serve(slots="2") as (url, process):
        api = serve.api(url)
        run, waiting = api.start(), api.start()
        ended: dict[str, list[Any]] = {}

        def read(one: dict[str, Any]) -> None:
            ended[one["id"]] = list(api.follow(one))

        readers = [threading.Thread(target=read, args=(one,)) for one in (run, waiting)]
        for reader in readers:
            reader.start()
        api.until(lambda: api.get(run)["recorded"] > 5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        for reader in readers:
            reader.join()
        for said in ended.values():
            assert said[-1].data["state"] == "interrupted"
            assert said[-1].data["final"]
            assert [event.id for event in said] == list(range(1, len(said) + 1))
        api.until(lambda: members(process.pid) == [])
    with serve() as (url, _):
        assert list(serve.api(url).follow(run)) == ended[run["id"]]


def test_a_reader_that_never_reads_does_not_hold_up_the_end(serve: Any) -> None:
    import socket  # noqa: PLC0415

    with serve() as (url, process):
        api = serve.api(url)
        deep = {**api.small()["variants"][0], "depths": [40, 40], "norm": "batch"}
        run = api.start(variants=[deep], batch_size=2)
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.socket() as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect((host, int(port)))
            stuck.sendall(f"GET {run['events']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            api.until(lambda: api.get(run)["recorded"] > 12)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0


def test_a_worker_that_does_not_listen_never_stops_the_server(serve: Any) -> None:
    with serve(rate_changes="0") as (url, process):
        api = serve.api(url)
        run = api.start()
        api.until(lambda: api.get(run)["recorded"] > 1)
        others = [pid for pid in members(process.pid) if pid != process.pid]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        answers = [api.patch(run, lr=0.001 + count / 1e6).status_code for count in range(1000)]
        assert answers[0] == 200
        assert answers[-1] == 429
        assert httpx2.get(f"{url}/healthz", timeout=10).status_code == 200
        for pid in others:
            os.kill(pid, signal.SIGCONT)
        api.until(lambda: api.patch(run, lr=0.5).status_code == 200)
        api.stop(run)
        told = [event.data["changed"]["lr"] for event in api.follow(run) if event.kind == "change"]
        assert len(told) == answers.count(200) + 1  # what was taken was done
        assert told[-1] == 0.5


def test_a_machine_that_slept_has_no_run_that_is_stuck(serve: Any) -> None:
    with serve(max_step_seconds="2") as (url, process):
        api = serve.api(url)
        run = api.start(max_rate=2)
        api.until(lambda: api.get(run)["recorded"] > 1)
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in members(process.pid):
                os.kill(pid, number)
            time.sleep(3)  # longer than a step may take
        assert api.get(run)["state"] == "running"


def test_a_second_server_on_the_same_folder_refuses(serve: Any) -> None:
    with serve() as (url, _):
        command = [str(Path(sys.executable).with_name("skipscope")), "serve", "--port", "0"]
        second = subprocess.run(
            [*command, "--data-dir", str(serve.folder)], capture_output=True, text=True, timeout=60, check=False
        )
        assert second.returncode == 1
        assert "Another Skipscope server works on" in second.stderr
        assert "--data-dir" in second.stderr
        assert "Traceback" not in second.stderr
        assert httpx2.get(f"{url}/healthz").status_code == 200


def test_a_worker_out_of_memory_fails_its_run_in_words(serve: Any) -> None:
    with serve(worker_memory="250", run_memory="4000") as (url, _):
        api = serve.api(url)
        run = api.start(variants=[{"preset": "resnet20"}], batch_size=256, image_size=64)
        *_, last = api.follow(run)
        assert last.data["state"] == "failed"
        assert "out of memory" in last.data["reason"]
        assert [event.data["state"] for event in api.follow(api.start(steps=2)) if event.kind == "status"][-1] == "done"


def test_a_run_that_diverges_fails_in_words(serve: Any) -> None:
    with serve() as (url, _):
        api = serve.api(url)
        *_, last = api.follow(api.start(lr=100.0, momentum=0.99))
        assert last.data["state"] == "failed"
        assert "not finite" in last.data["reason"]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 1.5 MB, where this machine lets us."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={TINY_DISK}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody but root mount a disk, and we are not")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_on_a_full_disk_starts_ends_in_time_and_shows_what_was_told(
    serve: Any, tiny_disk: Path, how: signal.Signals
) -> None:
    with serve(data_dir=str(tiny_disk)) as (url, process):
        api = serve.api(url)
        run = api.start(variants=[{"preset": "resnet110"}], batch_size=2)
        api.until(lambda: api.get(run)["recorded"] > 3)
        fill(tiny_disk)
        told = list(api.follow(run))
        assert (told[-1].data["state"], told[-1].data["final"]) == ("failed", True)
        recorded = api.get(run)["recorded"]
        assert recorded == sum(event.kind == "step" for event in told)
        if how == signal.SIGKILL:  # the room that is held back is for the last word
            api.until(lambda: stored_state(tiny_disk) == "failed")
        process.send_signal(how)
        assert process.wait(timeout=10) == (0 if how == signal.SIGTERM else -signal.SIGKILL)
    with serve(data_dir=str(tiny_disk)) as (url, process):
        api = serve.api(url)
        assert api.http.get("/").status_code == 200
        found = api.get(run)
        assert (found["state"], found["reason"]) == ("failed", told[-1].data["reason"])
        assert found["recorded"] == recorded == len(api.http.get(run["history"]).json()["steps"])
        assert list(api.follow(run)) == told
        assert found["last_event"] == told[-1].id
        assert api.http.delete(f"/api/runs/{run['id']}").status_code == 204


def stored_state(folder: Path) -> str:
    """Return the state of the only run as the file has it."""
    with contextlib.closing(sqlite3.connect(f"{(folder / 'runs.db').as_uri()}?mode=ro", uri=True)) as file:
        return str(file.execute("SELECT state FROM runs").fetchone()[0])


def fill(folder: Path) -> None:
    """Leave no room on a disk."""
    with (folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(512))


def test_a_state_that_the_disk_has_no_room_for_is_refused_and_the_run_goes_on(serve: Any, tiny_disk: Path) -> None:
    with serve(data_dir=str(tiny_disk)) as (url, _):
        api = serve.api(url)
        run = api.start(max_rate=10)
        api.until(lambda: api.get(run)["recorded"] > 3)
        answer = api.http.post(f"/api/runs/{run['id']}/fork", json={})
        assert (answer.status_code, answer.json()["title"]) == (507, "The state cannot be stored")
        assert "MB are free" in answer.json()["detail"]
        at = api.get(run)["recorded"]
        api.until(lambda: api.get(run)["recorded"] > at + 2)
        assert api.http.get("/api/runs").json()["total"] == 1
        assert list((tiny_disk / "states").iterdir()) == []


def test_a_full_disk_ends_the_run_in_words_and_never_the_page(serve: Any, tiny_disk: Path) -> None:
    with serve(data_dir=str(tiny_disk)) as (url, _):
        api = serve.api(url)
        run = api.start(variants=[{"preset": "resnet110"}], batch_size=2)
        said = list(api.follow(run))
        assert said[-1].data["state"] == "failed"
        assert "disk" in said[-1].data["reason"]
        assert "full" in said[-1].data["reason"]
        assert [event.id for event in said] == list(range(1, len(said) + 1))
        assert api.get(run)["state"] == "failed"
        assert api.http.get("/").status_code == 200
        assert api.http.get("/api/runs").json()["total"] == 1
        history = api.http.get(run["history"]).json()
        assert len(history["steps"]) == sum(event.kind == "step" for event in said)
        answer = api.http.post("/api/runs", json=api.small())
        if answer.status_code == 201:  # a small row may still fit; its records do not
            assert [event.data for event in api.follow(answer.json())][-1]["state"] == "failed"
        else:
            assert answer.status_code == 507
            assert answer.json()["kind"] == "full"
        # room again: the last word is written down, and new runs work
        assert api.http.delete(f"/api/runs/{run['id']}").status_code == 204
        api.until(lambda: api.http.post("/api/runs", json=api.small(steps=2)).status_code == 201)


def test_a_data_folder_that_is_gone_is_said_and_nothing_begins(serve: Any) -> None:
    with serve() as (url, _):
        api = serve.api(url)
        run = api.start()
        api.until(lambda: api.get(run)["recorded"] > 3)
        for path in serve.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        answers = [api.http.get("/readyz"), api.http.post("/api/runs", json=api.small())]
        for answer in answers:
            assert (answer.status_code, answer.json()["kind"]) == (503, "lost")
            assert "deleted while the server runs" in answer.json()["detail"]
            assert "Restart the server" in answer.json()["detail"]
        *_, last = api.follow(run)
        assert last.data["state"] == "failed"
        assert "deleted" in last.data["reason"]
        assert api.http.get("/healthz").status_code == 200
