"""The file in which a network's state passes from one worker to another: the web process knows its name alone.

The requester makes the file, empty, and removes it when it is no longer wanted. A worker writes into a file that is
there, and never makes one.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

ROOM = 16 * 2**20
"""Bytes of the disk that are left for what jobs record."""


def write(data: Mapping[str, Any], file: str, state: bytes) -> bytes:
    """Write a state into a file; return the reply's data as JSON, with the file and the `problem` or null."""
    path = Path(file)
    problem = None
    try:
        with path.open("r+b") as opened:
            problem = _lacking(path, len(state))
            if problem is None:
                opened.write(state)
    except FileNotFoundError:
        pass  # nobody wants it any more
    except OSError as error:
        problem = f"{error.strerror}."
    return orjson.dumps({**data, "file": file, "problem": problem})


def _lacking(path: Path, size: int) -> str | None:
    free = shutil.disk_usage(path.parent).free
    if size + ROOM <= free:
        return None
    return f"It takes {size / 1e6:.1f} MB, with {ROOM / 1e6:.0f} MB left beside it, and {free / 1e6:.1f} MB are free."


def read_once(name: str) -> bytes:
    """Return the state that is in a file, and remove the file."""
    path = Path(name)
    state = path.read_bytes()
    path.unlink()
    return state
