"""A Ray cluster of several nodes on this machine, each node a process of ours."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

RAY = Path(sys.executable).with_name("ray")
HERE = "127.0.0.1"
PATIENCE = 60


class Node:
    """One node: `ray start` in the foreground, and all that it started."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [str(RAY), "start", "--block", "--disable-usage-stats", f"--node-ip-address={HERE}", *arguments]
        with (folder / "said").open("ab") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)

    def kill(self) -> None:
        """End the node at once, with everything on it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def cluster() -> Generator[tuple[str, list[Node]]]:
    """Start a head without CPUs of its own and two nodes, with a token of their own; yield the address and the two."""
    # sockets live in it, and their paths must be short
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    nodes: list[Node] = []
    with pytest.MonkeyPatch.context() as patch:
        # a head without word of it makes a token up, which those that join would not use
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        head = ["--head", f"--port={port}", "--num-cpus=0", "--include-dashboard=false", f"--temp-dir={folder}"]
        try:
            nodes.append(Node(folder, *head))
            _await_port(port, folder)
            nodes += [Node(folder, f"--address={HERE}:{port}", "--num-cpus=2") for _ in range(2)]
            yield f"{HERE}:{port}", nodes[1:]
        finally:
            for node in reversed(nodes):
                if node.process.poll() is None:
                    node.kill()
            shutil.rmtree(folder, ignore_errors=True)


def _await_port(port: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection((HERE, port), timeout=1).close()
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the head said: {(folder / 'said').read_text()}") from error
            time.sleep(0.2)
