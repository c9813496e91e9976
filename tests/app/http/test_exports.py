"""Exports of any shape leave the serving process as it is, and one that breaks off is seen to have done so."""

import contextlib
import http.client
import io
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2
import psutil
import pyarrow.parquet as pq
import pytest

from benchmarks.exports import MB, RUN, cost, fill
from scripts.serving import serving

COLUMNS, STEPS = 43_749, 40


class Wide(NamedTuple):
    """A server with a run of many numbers a step."""

    url: str
    process: psutil.Process
    data: int


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wide]:
    folder = tmp_path_factory.mktemp("wide")
    size = fill(folder, COLUMNS, STEPS)
    with serving(folder) as (url, process):
        yield Wide(url, psutil.Process(process.pid), size)


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_an_export_takes_no_memory_of_the_server_and_not_much_of_the_disk(wide: Wide, form: str) -> None:
    found = cost(wide.url, wide.process, form)
    assert found.server < 50
    assert found.writer < 700
    assert wide.data / MB / 4 < found.file < 3 * wide.data / MB


def test_parquet_has_the_numbers_that_json_has(wide: Wide) -> None:
    address = f"{wide.url}/api/runs/{RUN}/history"
    asked = {"from": 3, "to": 30, "every": 5, "columns": ["*/layer1.7", "*/dropped", "*/loss"]}
    table = pq.read_table(io.BytesIO(httpx2.get(address, params={**asked, "format": "parquet"}, timeout=60).content))
    found = httpx2.get(address, params=asked, timeout=60).json()
    assert table.column_names == found["columns"]
    assert [list(row.values()) for row in table.to_pylist()] == found["rows"]
    assert table.column("step").to_pylist() == [5, 10, 15, 20, 25, 30]


def test_a_column_that_is_none_is_refused_before_the_answer_begins(wide: Wide) -> None:
    for form in ("csv", "json", "parquet"):
        address = f"{wide.url}/api/runs/{RUN}/history?format={form}&columns=*/nothing"
        answer = httpx2.get(address, timeout=60)
        assert (answer.status_code, answer.json()["field"]) == (422, "columns")


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_a_run_that_is_deleted_meanwhile_ends_its_export_as_an_error(tmp_path: Path, version: str) -> None:
    data = fill(tmp_path, 901, 1500)
    log = tmp_path / "log"
    shared = {"SKIPSCOPE_SHARED_RUNS": "true"}
    with log.open("wb") as file, serving(tmp_path, log=file, environment=shared) as (url, _):
        place = urlsplit(url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        connection._http_vsn_str = version  # pyright: ignore[reportAttributeAccessIssue]
        connection.request("GET", f"/api/runs/{RUN}/history?format=csv")
        answer = connection.getresponse()
        read = len(answer.read(65_536))
        assert httpx2.delete(f"{url}/api/runs/{RUN}").status_code == 204
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            while part := answer.read(65_536):
                read += len(part)
        answer.close()
        connection.close()
        assert read < data
        deadline = time.monotonic() + 10
        while "answer_broken_off" not in log.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert "Traceback" not in log.read_text(encoding="utf-8")
    said = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [one["reason"] for one in said if one["event"] == "answer_broken_off"] == ["the run was deleted"]


def test_who_leaves_ends_the_process_that_writes(wide: Wide) -> None:
    host, _, port = wide.url.removeprefix("http://").partition(":")
    with socket.socket() as reader:  # else the kernel takes the whole file for it
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect((host, int(port)))
        reader.sendall(f"GET /api/runs/{RUN}/history?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert reader.recv(1024).startswith(b"HTTP/1.1 200")
        assert _writers(wide.process)
    deadline = time.monotonic() + 10
    while _writers(wide.process):
        assert time.monotonic() < deadline, "it writes for nobody"
        time.sleep(0.05)


def _writers(process: psutil.Process) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for child in process.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile
            found += [child] if any("exporting" in part for part in child.cmdline()) else []
    return found
