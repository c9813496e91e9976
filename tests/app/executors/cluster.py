"""A Ray cluster of several nodes on this machine, each node a process of ours."""

import os
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

RAY = Path(sys.executable).with_name("ray")
HERE = "127.0.0.1"
PATIENCE = 60
GPUS = 2


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


class Cluster:
    """A head without CPUs of its own, and nodes; a head that comes back has the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind((HERE, 0))
            self._port = free.getsockname()[1]
        self.address = f"{HERE}:{self._port}"
        self._started: list[Node] = []

    def start_head(self) -> Node:
        """Start a head, in a folder of its own: in that of one before it would find the nodes of that one."""
        own = self._folder / str(len(self._started))
        arguments = ["--head", f"--port={self._port}", "--num-cpus=0", "--include-dashboard=false", f"--temp-dir={own}"]
        return self._start(*arguments)

    def start_node(self, gpus: int = 0) -> Node:
        """Start a node; one after the other, since those that start at the same time take the same socket.

        Its GPUs are only counted: Ray reserves and names them as if they were there.
        """
        return self._start(f"--address={self.address}", "--num-cpus=2", f"--num-gpus={gpus}")

    def _start(self, *arguments: str) -> Node:
        self._started.append(Node(self._folder / f"said-{len(self._started)}", *arguments))
        self._started[-1].wait()
        return self._started[-1]

    def end(self) -> None:
        """End all nodes."""
        for node in reversed(self._started):
            if node.process.poll() is None:
                node.kill()


@contextmanager
def cluster() -> Generator[tuple[Cluster, Node, list[Node]]]:
    """Start a head and two nodes; yield the cluster, the head and the two. The second node says it has two GPUs."""
    # sockets live in it, and their paths must be short
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    found = Cluster(folder)
    try:
        yield found, found.start_head(), [found.start_node(gpus) for gpus in (0, GPUS)]
    finally:
        found.end()
        shutil.rmtree(folder, ignore_errors=True)
