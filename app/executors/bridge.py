"""The process between the web and a Ray cluster: Ray's driver lives here, and speaks the pipe that local workers speak.

Ray ends its driver when the head is lost, and so this process alone: the web process hears the pipe close.
"""

import contextlib
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

import orjson

from skipscope.app.executors import node, state_file
from skipscope.app.executors.pipe import AHEAD

JOINING = 20.0
ALIVE_EVERY = 1.0
COMMANDS = "commands"
"""The actor's thread for commands: one alone, or the second command may overtake the first."""
READY = 0
"""The job that is no job: word of the bridge itself."""


def main(pipe: Connection, options: dict[str, Any]) -> None:
    """Join the cluster, say so, and serve jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setsid()  # what it starts is of its group, and ends with it whatever happens
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    bridge = _Bridge(pipe, options)
    try:
        bridge.join(options["address"])
    except Exception as error:  # whatever it is, the server is told why there is no cluster
        bridge.send(READY, "failed", str(error).strip().encode())
        return
    bridge.send(READY, "ready", b"")
    with contextlib.suppress(EOFError, OSError):
        while True:
            job, kind, body = pipe.recv()
            if kind == "leave":
                break
            bridge.handle(job, kind, body)
    bridge.leave()


class _Bridge:
    def __init__(self, pipe: Connection, options: dict[str, Any]) -> None:
        self._pipe, self._options = pipe, options
        self._lock = threading.Lock()
        self._node = contextlib.ExitStack()
        self._actors: dict[int, Any] = {}
        self._early: dict[int, list[Any]] = {}
        """Commands to jobs whose actor is not there yet."""
        self._windows: dict[int, threading.Semaphore] = {}
        """How many more messages each job may send before the server has received those before."""

    def join(self, address: str) -> None:
        """Join the cluster, by a node of our own where this machine has none; without an address start one here."""
        deadline = time.monotonic() + JOINING
        while True:
            try:
                self._connect(address)
            except ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)  # the head may be on its way
            else:
                return

    def _connect(self, address: str) -> None:
        import ray  # noqa: PLC0415  (an extra)

        with contextlib.ExitStack() as stack:
            if address and not node.is_here():
                own = stack.enter_context(node.Node(address))
                while not node.is_here():
                    own.check()
                    time.sleep(0.2)
            ray.init(
                address=address or "local", namespace="skipscope", log_to_driver=False, include_dashboard=None,
                configure_logging=False,
            )  # fmt: skip
            self._node = stack.pop_all()

    def leave(self) -> None:
        import ray  # noqa: PLC0415

        ray.shutdown()
        self._node.close()

    def send(self, job: int, kind: str, data: bytes, step: int | None = None) -> None:
        with self._lock, contextlib.suppress(OSError):
            self._pipe.send((job, kind, step, data, time.monotonic()))

    def handle(self, job: int, kind: str, body: Any) -> None:
        import ray  # noqa: PLC0415

        with self._lock:
            if kind == "check":
                threading.Thread(target=self._check, daemon=True).start()
            elif kind == "start":
                self._early[job] = []
                self._windows[job] = threading.Semaphore(AHEAD)
                threading.Thread(target=self._run, args=(job, *body), daemon=True).start()
            elif kind == "cancel":
                self._early.pop(job, None)
                actor = self._actors.pop(job, None)
                if actor is not None:
                    ray.kill(actor)
                if job in self._windows:
                    self._windows.pop(job).release()
            elif kind == "received":
                if body and job in self._windows:
                    self._windows[job].release(body)
            elif job in self._early:
                self._early[job].append(body)
            elif job in self._actors:
                _send_command(self._actors[job], body)

    def _check(self) -> None:
        """Report that the cluster is there. If it is another than the joined one, Ray ends this process."""
        import ray  # noqa: PLC0415

        ray.nodes()
        self.send(READY, "ready", b"")

    def _run(self, job: int, body: bytes, memory: int, gpus: float, resume: str | None) -> None:
        import ray  # noqa: PLC0415

        from skipscope.app.executors.job_actor import JobActor  # noqa: PLC0415

        wanted = {"CPU": float(self._options["threads"]), "GPU": gpus, "memory": float(memory)}
        try:
            deadline = time.monotonic() + JOINING
            while (problem := lacking(wanted, ray.nodes())) and time.monotonic() < deadline:
                time.sleep(0.5)  # nodes may be on their way
            if problem:
                self.send(job, "failed", orjson.dumps({"words": problem, "trace": ""}))
                return
            remote: Any = ray.remote
            actor_class = remote(
                num_cpus=wanted["CPU"], num_gpus=wanted["GPU"], memory=memory, max_restarts=0,
                concurrency_groups={COMMANDS: 1},
            )(JobActor)  # fmt: skip
            with self._lock:
                if job not in self._early:
                    return  # it was cancelled before it began
                actor = self._actors[job] = actor_class.remote(self._options["threads"])
                for command in self._early.pop(job):
                    _send_command(actor, command)
            there = actor.__ray_ready__.remote()
            while not ray.wait([there], timeout=ALIVE_EVERY)[0]:
                self.send(job, "alive", b"")  # a job that waits for a busy cluster is not stuck
            state = None if resume is None else state_file.read_once(resume)
            running = actor.run.options(num_returns="streaming", _generator_backpressure_num_objects=8)
            stream = running.remote(body, state)
            del state
            for reference in stream:
                for kind, step, data in ray.get(reference):
                    window = self._windows.get(job)
                    if window is None:
                        return  # it was cancelled
                    window.acquire()
                    if kind == "reply":
                        file, found, state = data.split(b"\n", 2)
                        data = state_file.write(orjson.loads(found), orjson.loads(file), state)  # noqa: PLW2901
                        del state
                    self.send(job, kind, data, step)
        except Exception as error:  # of Ray or of its network: whatever it is, the run is told
            self.send(job, "died", _first_line(error).encode())
        finally:
            with self._lock:
                self._early.pop(job, None)
                self._windows.pop(job, None)
                ended = self._actors.pop(job, None)
            if ended is not None:
                ray.kill(ended)


def _send_command(actor: Any, command: Any) -> None:
    actor.send_command.options(concurrency_group=COMMANDS).remote(command)


def lacking(wanted: dict[str, float], nodes: list[dict[str, Any]]) -> str | None:
    """Say why no node can ever hold this, None where one can; Ray itself would wait for ever."""
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    if any(all(node.get(name, 0.0) >= amount for name, amount in wanted.items()) for node in alive):
        return None
    most = {name: max((node.get(name, 0.0) for node in alive), default=0.0) for name in wanted}
    return (
        f"no node of the cluster is large enough: this job asks for {wanted['CPU']:g} CPU, {wanted['GPU']:g} GPU and "
        f"{wanted['memory'] / 1e9:.1f} GB; the largest of {len(alive)} nodes have {most['CPU']:g} CPU, {most['GPU']:g} "
        f"GPU, {most['memory'] / 1e9:.1f} GB"
    )


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"the worker or its node on the cluster was lost: {lines[0] if lines else type(error).__name__}"
