"""Pictures of data sets: each made once, in a process of its own that then ends, and kept."""

import asyncio
import os
import sys

import structlog

from app.errors import Problem
from app.paths import ROOT
from model.datasets import UNREADABLE, DatasetInfo

SECONDS = 60.0
KEPT = 64

log = structlog.get_logger("datasets")


class Samples:
    """The pictures that were asked for. One is made at a time: decoders need memory, which the server keeps free."""

    def __init__(self) -> None:
        self._made: dict[DatasetInfo, bytes] = {}
        self._line = asyncio.Lock()

    async def of(self, info: DatasetInfo) -> bytes:
        """Return the PNG of a data set. Raise Problem where its images cannot be read."""
        async with self._line:
            if info not in self._made:
                made = await _make(info.name)
                if len(self._made) >= KEPT:
                    self._made.pop(next(iter(self._made)))
                self._made[info] = made
            return self._made[info]


async def _make(name: str) -> bytes:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "model.samples", name, env={**os.environ, "PYTHONPATH": path},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        picture, said = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        raise Problem(
            503, "Takes too long", f"The images of {name} were not read within {SECONDS:g} s.", remedy="try again"
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    words = said.decode(errors="replace").strip()
    if process.returncode == UNREADABLE:
        raise Problem(422, "Cannot be shown", words, field="name", value=name)
    if process.returncode:
        log.error("samples_failed", dataset=name, code=process.returncode, said=words[-2000:])
        raise Problem(503, "Cannot be shown", f"The process that reads the images of {name} failed; the log says why.")
    return picture
