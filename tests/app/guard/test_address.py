"""An address that cannot be had is refused in one sentence."""

import socket
import subprocess
from pathlib import Path

import pytest

from scripts.serving import COMMAND
from skipscope.app.guard.address import AddressError, try_address


def test_a_free_port_stays_free() -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    for _ in range(2):
        try_address("127.0.0.1", port)
    try_address("localhost", 0)


@pytest.mark.parametrize(
    ("host", "words"),
    [("192.0.2.1", "192.0.2.1 is no address of this machine"), ("no such name", "is no name or address")],
)
def test_an_address_of_others_is_refused(host: str, words: str) -> None:
    with pytest.raises(AddressError, match=words):
        try_address(host, 0)


def test_a_taken_port_is_one_plain_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*COMMAND[:-1], port, "--data-dir", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 1
    said = f"Port {port} on 127.0.0.1 is in use by another program. Stop it, or choose another with --port."
    assert ended.stderr == f"skipscope: {said}\n"
    assert ended.stdout == ""
