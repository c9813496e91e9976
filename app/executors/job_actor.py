"""The actor that does a job on a node of the cluster, in a process of its own. It yields messages in batches."""

import os
import queue
import threading
import time
from collections.abc import Generator
from typing import Any

import orjson

from skipscope.app.executors import malloc
from skipscope.model.jobs.job import Reply

Message = tuple[str, int | None, bytes]
GATHER = 0.05
AHEAD = 512


class JobActor:
    """One job; `run` yields its messages, `send_command` passes it commands meanwhile."""

    def __init__(self, threads: int) -> None:
        import torch  # noqa: PLC0415  (the driver of the cluster stays without it)

        malloc.keep_freed()
        torch.set_num_threads(threads)
        self._commands: queue.Queue[dict[str, Any]] = queue.Queue()

    def send_command(self, command: dict[str, Any]) -> None:
        """Pass a command on, for between two pieces of work."""
        self._commands.put(command)

    def run(self, body: bytes, state: bytes | None) -> Generator[list[Message]]:
        """Do a job; the first message is the number of this process, the last one says how it ended.

        A reply's message is the file's name, its data and its bytes, each on a line: the file is not on this node.
        """
        sent: queue.Queue[Message] = queue.Queue(AHEAD)
        threading.Thread(target=_serve, args=(_Wire(sent, self._commands), body, state), daemon=True).start()
        yield [("pid", None, str(os.getpid()).encode())]
        ended = False
        while not ended:
            batch = [sent.get()]
            time.sleep(GATHER)
            while not sent.empty():
                batch.append(sent.get())
            ended = batch[-1][0] in ("end", "failed")
            yield batch


def _serve(wire: "_Wire", body: bytes, state: bytes | None) -> None:
    from skipscope.app.executors.job import failed, serve  # noqa: PLC0415

    try:
        serve(wire, body, state)
    except Exception as error:  # whatever it is, the job ends with its words
        wire.send("failed", failed(error))
    else:
        wire.send("end", b"")


class _Wire:
    """A job's end of both queues."""

    def __init__(self, sent: "queue.Queue[Message]", commands: "queue.Queue[dict[str, Any]]") -> None:
        self._sent, self._commands = sent, commands

    def send(self, kind: str, data: bytes, step: int | None = None) -> None:
        self._sent.put((kind, step, data))

    def reply(self, reply: Reply) -> None:
        self.send("reply", b"\n".join((orjson.dumps(reply.file), orjson.dumps(reply.data), reply.content)))

    def receive(self, seconds: float | None) -> dict[str, Any] | None:
        try:
            return self._commands.get(block=seconds != 0, timeout=seconds or None)
        except queue.Empty:
            return None
