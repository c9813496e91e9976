"""This machine's part in a Ray cluster: Ray's driver speaks to the cluster through a node beside it, and only so."""

import contextlib
import socket
import subprocess
import sys
import tempfile
from types import TracebackType
from typing import Self

import psutil

MEMORY = 100 * 1024 * 1024
"""Bytes of its object store: records pass through it, nothing stays."""
LEAVING = 3.0
REACHING = 2.0


class Node:
    """A node without CPUs, on which nothing trains; it lasts as long as it is entered."""

    def __init__(self, address: str) -> None:
        reach(address)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (closed when this ends)
        command = [
            sys.executable, "-m", "ray.scripts.scripts", "start", "--block", f"--address={address}", "--num-cpus=0",
            "--num-gpus=0", f"--object-store-memory={MEMORY}", f"--node-ip-address={own_address(address)}",
            "--disable-usage-stats",
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=self._said, stderr=self._said)  # noqa: S603  (our own)

    def check(self) -> None:
        """Raise ConnectionError, with Ray's words, where the node ended."""
        if self._process.poll() is not None:
            self._said.seek(0)
            lines = self._said.read().decode(errors="replace").strip().splitlines()
            raise ConnectionError(lines[-1] if lines else f"ray start ended with {self._process.returncode}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(LEAVING)
        self._process.kill()
        self._process.wait()
        self._said.close()


def is_here() -> bool:
    """Say whether a node of a cluster runs on this machine."""
    return any(process.info["name"] == "raylet" for process in psutil.process_iter(["name"]))


def reach(address: str) -> None:
    """Raise ConnectionError where nobody listens at the head's address; Ray itself would wait for long."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=REACHING).close()
    except (OSError, ValueError) as error:
        raise ConnectionError(f"nobody answers at {address} ({error})") from error


def own_address(address: str) -> str:
    """Return this machine's address on the network where the head is."""
    host, _, port = address.rpartition(":")
    family, kind, _, _, place = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as route:
        route.connect(place)  # a datagram socket: nothing is sent
        return str(route.getsockname()[0])
