"""The file in which a network's state passes from one worker to another: the web process knows its name alone.

Who wants a state makes the file, empty, and removes it where it is wanted no more; a state is written into a file that
is there, and never makes one.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

ROOM = 16 * 2**20
"""Bytes of the disk that are left for what runs record."""


def keep(told: Mapping[str, Any], state: bytes) -> bytes:
    """Write a state into the file that `told` names; return `told` as JSON, with the `problem` or null."""
    path = Path(told["file"])
    problem = None
    try:
        with path.open("r+b") as file:
            problem = _lacking(path, len(state))
            if problem is None:
                file.write(state)
    except FileNotFoundError:
        pass  # nobody wants it any more
    except OSError as error:
        problem = f"{error.strerror}."
    return orjson.dumps({**told, "problem": problem})


def _lacking(path: Path, size: int) -> str | None:
    free = shutil.disk_usage(path.parent).free
    if size + ROOM <= free:
        return None
    return f"It takes {size / 1e6:.1f} MB, with {ROOM / 1e6:.0f} MB left beside it, and {free / 1e6:.1f} MB are free."


def take(name: str) -> bytes:
    """Return the state that is in a file, and remove the file."""
    path = Path(name)
    state = path.read_bytes()
    path.unlink()
    return state
