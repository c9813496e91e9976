"""What trains on a node of the cluster: an actor in a process of its own. Its words are yielded in batches."""

import os
import queue
import threading
import time
from collections.abc import Generator, Mapping
from typing import Any

import orjson

from skipscope.app.executors import malloc

Message = tuple[str, int | None, bytes]
GATHER = 0.05
AHEAD = 512


class Trainer:
    """One training; `run` yields what it says, `tell` takes commands meanwhile."""

    def __init__(self, threads: int) -> None:
        import torch  # noqa: PLC0415  (the driver of the cluster stays without it)

        malloc.keep_freed()
        torch.set_num_threads(threads)
        self._commands: queue.Queue[dict[str, Any]] = queue.Queue()

    def tell(self, command: dict[str, Any]) -> None:
        """Take a command for between two steps."""
        self._commands.put(command)

    def run(self, body: bytes, state: bytes | None) -> Generator[list[Message]]:
        """Train; the first message is the number of this process, the last one says how it ended.

        A checkpoint's message is its JSON, a line, and the state itself: the file for it is not on this node.
        """
        said: queue.Queue[Message] = queue.Queue(AHEAD)
        threading.Thread(target=_train, args=(_Wire(said, self._commands), body, state), daemon=True).start()
        yield [("pid", None, str(os.getpid()).encode())]
        ended = False
        while not ended:
            batch = [said.get()]
            time.sleep(GATHER)
            while not said.empty():
                batch.append(said.get())
            ended = batch[-1][0] in ("end", "failed")
            yield batch


def _train(wire: "_Wire", body: bytes, state: bytes | None) -> None:
    from skipscope.app.executors.job import failed, serve  # noqa: PLC0415  (imports PyTorch)

    try:
        serve(wire, body, state)
    except Exception as error:  # whatever it is, the run ends with its words
        wire.say("failed", failed(error))
    else:
        wire.say("end", b"")


class _Wire:
    """A job's end of both queues."""

    def __init__(self, said: "queue.Queue[Message]", commands: "queue.Queue[dict[str, Any]]") -> None:
        self._said, self._commands = said, commands

    def say(self, kind: str, data: bytes, step: int | None = None) -> None:
        self._said.put((kind, step, data))

    def keep(self, told: Mapping[str, Any], state: bytes) -> None:
        self.say("checkpoint", orjson.dumps(told) + b"\n" + state)

    def heard(self, seconds: float | None) -> dict[str, Any] | None:
        try:
            return self._commands.get(block=seconds != 0, timeout=seconds or None)
        except queue.Empty:
            return None
