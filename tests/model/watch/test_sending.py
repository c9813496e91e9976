"""A run's file is delivered by `skipscope send`, once; so is a recorder's Parquet; a file that is none is refused."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from skipscope import Recorder, watch
from skipscope.app.cli.main import cli
from skipscope.model.watch.sending import read_file
from tests.model.watch.trained import TOKEN, Training, get, steps_at, steps_in


def test_without_a_server_a_file_is_written_that_is_delivered_once(server: str, tmp_path: Path) -> None:
    training = Training()
    with watch(training.net, training.optimizer, every=1, name="<i>later</i>", folder=tmp_path) as watched:
        training.steps(watched, 12)
    assert watched.file is not None
    assert steps_in(watched.file) == list(range(12))
    with watched.file.open("ab") as torn:
        torn.write(b"\x10\x00\x00")  # the process was killed while it wrote
    command = ["send", str(watched.file), "--to", server, "--token", TOKEN]
    first, second = (CliRunner().invoke(cli, command) for _ in range(2))
    assert (first.exit_code, first.output) == (0, second.output)
    run_id = first.output.strip().partition("?run=")[2]
    assert steps_at(server, run_id) == list(range(12))
    assert get(f"{server}/api/runs/{run_id}")["name"] == "<i>later</i>"


def test_a_recorders_parquet_is_delivered(server: str, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq  # noqa: PLC0415

    training, tables = Training(), []
    with Recorder(training.net) as recorder:
        for _ in range(3):
            training.steps(None)
            record = recorder.read()
            assert record is not None
            tables.append(record.to_arrow())
    pq.write_table(pa.concat_tables(tables), tmp_path / "mine.parquet")
    sent = CliRunner().invoke(cli, ["send", str(tmp_path / "mine.parquet"), "--to", server, "--token", TOKEN])
    assert sent.exit_code == 0, sent.output
    run_id = sent.output.strip().partition("?run=")[2]
    assert steps_at(server, run_id) == [0, 1, 2]
    run, rows = read_file(tmp_path / "mine.parquet")
    assert run["names"]["kinds"] == ["Linear", "ReLU", "Linear"]
    assert [row.step for row in rows] == [0, 1, 2]


@pytest.mark.parametrize("content", [b"", b"{}", b'{"file":"skipscope run 1"}\n', b"\xff" * 40, b"PAR1"])
@pytest.mark.parametrize("suffix", [".skipscope", ".parquet"])
def test_a_file_that_is_none_is_refused_in_words(content: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(content)
    refused = CliRunner().invoke(cli, ["send", str(path), "--to", "http://127.0.0.1:9"])
    assert refused.exit_code == 2
    assert "holds no" in refused.output


def test_a_refusal_of_the_server_is_told_with_its_remedy(server: str, tmp_path: Path) -> None:
    training = Training()
    with watch(training.net, training.optimizer, every=1, folder=tmp_path) as watched:
        training.steps(watched, 1)
    command = ["send", str(watched.file), "--to", server]
    refused = CliRunner().invoke(cli, command)
    assert refused.exit_code == 1
    assert "sent with the write token. Send `Authorization: Bearer` with SKIPSCOPE_WRITE_TOKEN;" in refused.output
