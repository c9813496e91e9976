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

    def __init__(self, said: Path, *arguments: str) -> None:
        self._said = said
        command = [str(RAY), "start", "--block", "--disable-usage-stats", f"--node-ip-address={HERE}", *arguments]
        with said.open("wb") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)

    def wait(self) -> None:
        """Wait until it is up."""
        deadline = time.monotonic() + PATIENCE
        while "Ray runtime started" not in (said := self._said.read_text(errors="replace")):
            assert time.monotonic() < deadline, said
            assert self.process.poll() is None, said
            time.sleep(0.2)

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
            nodes.append(Node(folder / "head", *head))
            nodes[0].wait()
            for name in ("first", "second"):
                # one after the other: nodes that start at the same time in one folder take the same socket
                nodes.append(Node(folder / name, f"--address={HERE}:{port}", "--num-cpus=2"))
                nodes[-1].wait()
            yield f"{HERE}:{port}", nodes[1:]
        finally:
            for node in reversed(nodes):
                if node.process.poll() is None:
                    node.kill()
            shutil.rmtree(folder, ignore_errors=True)
