"""Machines for the tests: each has a network, a process list, host names and a /tmp of its own, on one kernel."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
INNER = "10.77.0"
OUTER = "10.78.0"


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Machine:
    """One machine on the inner network; with `outer` also on one to this process, which is its way out."""

    def __init__(self, name: str, number: int, hosts: Path, switch: str, *, outer: bool = False) -> None:
        self.name, self._hosts = name, hosts
        self._space = f"skipscope-{os.getpid()}-{name}"
        self.address = f"{INNER}.{number}"
        self.outer = f"{OUTER}.{number}"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._cables: list[str] = []
        ip("netns", "add", self._space)
        self._ip("link", "set", "lo", "up")
        self._cable(f"i{os.getpid() % 10**6}-{number}", "inner", f"{self.address}/24")
        ip("link", "set", f"i{os.getpid() % 10**6}-{number}", "master", switch, "up")
        if outer:
            mine = f"o{os.getpid() % 10**6}-{number}"
            self._cable(mine, "outer", f"{self.outer}/24")
            ip("addr", "add", f"{OUTER}.254/24", "dev", mine)
            ip("link", "set", mine, "up")
            self._ip("route", "add", "default", "via", f"{OUTER}.254")

    def _ip(self, *arguments: str) -> None:
        ip("-n", self._space, *arguments)

    def _cable(self, here: str, there: str, address: str) -> None:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", self._space)
        self._cables.append(here)
        self._ip("addr", "add", address, "dev", there)
        self._ip("link", "set", there, "up")

    def start(self, command: list[str], environment: dict[str, str], said: Path) -> subprocess.Popen[bytes]:
        """Start a command that ends, with all that it started, when its process is killed."""
        script = (
            'mount --bind "$0" /etc/hosts && mount --bind /dev/null /etc/resolv.conf && mount -t tmpfs tmpfs /tmp '
            '&& case "$2" in /tmp/*) mkdir -p "$2" && mount -c --bind . "$2" && cd "$2";; esac '  # a clone below /tmp
            '&& mount -t tmpfs tmpfs /dev/shm && hostname "$1" && shift 2 && exec "$@"'
        )
        wrapped = [
            *("ip", "netns", "exec", self._space),
            *("unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--mount-proc", "--kill-child"),
            *("sh", "-c", script, str(self._hosts), self.name, str(ROOT), *command),
        ]
        variables = {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
        variables |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": "/tmp", **environment}
        with said.open("ab") as file:
            process = subprocess.Popen(wrapped, env=variables, stdout=file, stderr=file, cwd=ROOT)
        self._processes.append(process)
        return process

    def run(self, command: list[str], said: Path) -> int:
        """Run a command beside the last one that was started; return its exit status."""
        (first,) = psutil.Process(self._processes[-1].pid).children()
        with said.open("ab") as file:
            inside = ["nsenter", "--all", "--target", str(first.pid), "--"]
            return subprocess.run(
                [*inside, *command], env=first.environ(), stdout=file, stderr=file, cwd=ROOT, timeout=60, check=False
            ).returncode

    def stop(self) -> None:
        """Cut the power."""
        for process in self._processes:
            process.kill()
            process.wait()

    def remove(self) -> None:
        self.stop()
        # a network goes with its last process, some time later, and its cables' names with it
        for cable in self._cables:
            ip("link", "del", cable)
        ip("netns", "del", self._space)


@contextmanager
def network(folder: Path, *names: str, outer: str) -> Generator[dict[str, Machine]]:
    """Make machines that know each other by name on one inner network; one of them has a way out as well."""
    switch = f"s{os.getpid() % 10**6}"
    hosts = folder / "hosts"
    numbered = {name: number for number, name in enumerate(names, 1)}
    hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{INNER}.{n} {name}\n" for name, n in numbered.items()))
    machines: dict[str, Machine] = {}
    ip("link", "add", switch, "type", "bridge")
    try:
        ip("link", "set", switch, "up")
        for name, number in numbered.items():
            machines[name] = Machine(name, number, hosts, switch, outer=name == outer)
        yield machines
    finally:
        for machine in machines.values():
            machine.remove()
        ip("link", "del", switch)


def possible() -> bool:
    """Say whether this process may make networks and machines."""
    if os.geteuid() != 0:
        return False
    name = f"skipscope-{os.getpid()}-trial"
    try:
        made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True).returncode == 0
        entered = made and subprocess.run(
            ["ip", "netns", "exec", name, "unshare", "--mount", "--pid", "--fork", "--mount-proc", "true"],
            check=False, capture_output=True,
        ).returncode == 0  # fmt: skip
        if made:
            ip("netns", "del", name)
    except FileNotFoundError:
        return False
    return entered
