"""A Ray cluster of several nodes on this machine, each node a process of ours."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

RAY = Path(sys.executable).with_name("ray")
PATIENCE = 60


class Node:
    """One node: `ray start` in the foreground, and all that it started."""

    def __init__(self, *arguments: str) -> None:
        command = [str(RAY), "start", "--block", "--disable-usage-stats", "--node-ip-address=127.0.0.2", "--num-cpus=2"]
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def kill(self) -> None:
        """End the node at once, with everything on it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def cluster() -> Generator[tuple[str, list[Node]]]:
    """Start a head without CPUs of its own and two nodes; yield the address and the two."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.2", 0))
        port = probe.getsockname()[1]
    address = f"127.0.0.2:{port}"
    head = Node("--head", f"--port={port}", "--num-cpus=0", "--include-dashboard=false")
    nodes: list[Node] = []
    try:
        _await_port(port)
        nodes += [Node(f"--address={address}") for _ in range(2)]
        yield address, nodes
    finally:
        for node in (*nodes, head):
            if node.process.poll() is None:
                node.kill()


def _await_port(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.2", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
