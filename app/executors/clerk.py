"""The process that computes for requests: it receives calls of functions from a pipe, and sends what they return."""

import contextlib
import pickle
import signal
import time
import traceback
from multiprocessing.connection import Connection
from typing import Any

from skipscope.app.executors import child


def main(pipe: Connection, options: dict[str, Any]) -> None:
    """Serve calls until the pipe closes; the option is `nice`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child.begin(options["nice"], 0)
    with contextlib.suppress(BrokenPipeError, EOFError, ConnectionResetError):
        while True:
            job, _, packed = pipe.recv()
            pipe.send((job, *answer(packed), time.monotonic()))


def answer(packed: bytes) -> tuple[str, None, bytes]:
    """Return "end" and what a call returned, or "failed" and what it raised, packed."""
    call, args, more = pickle.loads(packed)  # noqa: S301  (the server's own)
    try:
        return "end", None, pickle.dumps(call(*args, **more))
    except Exception as error:  # whatever it is, the caller raises it
        error.add_note(traceback.format_exc())
        return "failed", None, _packed(error)


def _packed(error: Exception) -> bytes:
    """Pack an error; one that cannot be read again as it is goes by its words."""
    try:
        packed = pickle.dumps(error)
        pickle.loads(packed)  # noqa: S301  (made here)
    except Exception:  # an error's class may do anything when it is made anew
        return pickle.dumps(RuntimeError("".join(traceback.format_exception_only(error))))
    return packed
